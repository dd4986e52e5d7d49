// TLS in front of one port on loopback: a real portal speaks https only, the practice portal http only.
// usage: node proxy.mjs CERTIFICATE KEY PORT     prints the port it listens on
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createServer } from 'node:tls'

const [certificate, key, port] = process.argv.slice(2)

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (client) => {
  const portal = connect(Number(port), '127.0.0.1')
  for (const [from, to] of [[client, portal], [portal, client]]) {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
})
server.on('tlsClientError', () => {}) // a client that does not trust us: its own affair
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
