<?php
// The receiver that hooks.py compares with: the same judgement of a hook, the same durability, one
// commit for each. nginx hands it every POST /hooks/dikidi. What ours does besides (the version of
// the booking, metrics, forgetting old ids) is left out here.
declare(strict_types=1);

const WINDOW_S = 300;
const MAX_BODY = 65536;

function answer(int $status, string $json): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Content-Length: ' . strlen($json));
    echo $json;
    exit;
}

function is_signed(string $header, string $body, string $secret, int $now): bool
{
    $at = null;
    $given = [];
    foreach (explode(',', $header) as $part) {
        if (str_starts_with($part, 't=') && $at === null && ctype_digit(substr($part, 2))) {
            $at = substr($part, 2);
        } elseif (str_starts_with($part, 'v1=')) {
            $given[] = substr($part, 3);
        }
    }
    if ($at === null || abs((int) $at - $now) > WINDOW_S) {
        return false;
    }
    $wanted = hash_hmac('sha256', "$at.$body", $secret);
    $match = false;
    foreach ($given as $one) {
        $match = hash_equals($wanted, $one) || $match;
    }
    return $match;
}

// Plain: a connection for each request. Tuned: one for each worker process, kept between requests.
function journal(): PDO
{
    $journal = new PDO('sqlite:' . $_SERVER['BENCH_JOURNAL'], null, null, [
        PDO::ATTR_PERSISTENT => $_SERVER['BENCH_PLAIN'] === '',
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_TIMEOUT => 10, // busy_timeout, in seconds
    ]);
    if ($_SERVER['BENCH_PLAIN'] !== '') {
        $journal->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    }
    return $journal;
}

function store(PDO $journal, array $hook, int $now): void
{
    $number = (string) ($hook['booking']['id'] ?? '');
    $journal->exec('BEGIN IMMEDIATE');
    $insert = $journal->prepare(
        'INSERT INTO hook (company, source, event_id, event, subject, version, updated_at, received_at)'
        . " VALUES (?, 'dikidi', ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    );
    $insert->execute([
        $hook['company_id'], $hook['id'], $hook['event'] ?? '', "dikidi:$number",
        (int) ($hook['booking']['version'] ?? 0),
        (int) strtotime($hook['booking']['updated_at'] ?? ''), $now,
    ]);
    if ($insert->rowCount() > 0 && $number !== '') {
        $queue = $journal->prepare(
            'INSERT INTO task (company, request_id, kind, state, next_at)'
            . " VALUES (?, ?, 'look', 'waiting', ?)"
            . ' ON CONFLICT (company, request_id, kind) DO UPDATE SET'
            . ' next_at = min(next_at, excluded.next_at)'
        );
        $queue->execute([$hook['company_id'], "dikidi:$number", $now]);
    }
    $journal->exec('COMMIT');
}

function receive(): never
{
    $body = file_get_contents('php://input');
    $now = time();
    if (strlen($body) > MAX_BODY) {
        answer(413, '{"error":"too large"}');
    }
    if (!is_signed($_SERVER['HTTP_X_DIKIDI_SIGNATURE'] ?? '', $body, $_SERVER['BENCH_SECRET'], $now)) {
        answer(401, '{"error":"signature"}');
    }
    $hook = json_decode($body, true);
    if (!is_array($hook) || !is_string($hook['id'] ?? null) || !isset($hook['company_id'])) {
        answer(400, '{"error":"malformed"}');
    }
    if ($hook['company_id'] !== $_SERVER['BENCH_COMPANY']) {
        answer(403, '{"error":"another company"}');
    }
    $lock = $_SERVER['BENCH_LOCK'] !== '' ? fopen($_SERVER['BENCH_LOCK'], 'r') : false;
    try {
        $journal = journal();
        if ($lock) { // waiting for a lock of the kernel's, not by SQLite's naps
            flock($lock, LOCK_EX);
        }
        store($journal, $hook, $now);
    } catch (PDOException $failure) {
        if (isset($journal)) { // the connection outlives this request
            try {
                $journal->exec('ROLLBACK');
            } catch (PDOException) {
            }
        }
        answer(503, '{"error":"not stored"}');
    }
    if ($lock) {
        fclose($lock);
    }
    answer(200, '{"ok":true}');
}

// GET: what hooks.py asks before it measures, so that the comparison is what it says.
function tell_settings(): never
{
    $journal = journal();
    answer(200, json_encode([
        'php' => PHP_VERSION,
        'sqlite' => $journal->query('SELECT sqlite_version()')->fetchColumn(),
        'journal_mode' => $journal->query('PRAGMA journal_mode')->fetchColumn(),
        'synchronous' => (int) $journal->query('PRAGMA synchronous')->fetchColumn(),
        'opcache' => function_exists('opcache_get_status') && opcache_get_status(false) !== false,
    ]));
}

$_SERVER['REQUEST_METHOD'] === 'POST' ? receive() : tell_settings();
