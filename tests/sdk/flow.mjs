// A booking's way through the CRM as Bitrix24's own client makes it, against the practice portal over TLS.
// usage: node flow.mjs      ZAPIS_SDK_URL: the webhook's address, ZAPIS_SDK_CONTROL: [program, directory of the practice servers] as JSON
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { B24Hook } from '@bitrix24/b24jssdk'

const b24 = B24Hook.fromWebhookUrl(process.env.ZAPIS_SDK_URL)
b24.offClientSideWarning()
const [program, directory] = JSON.parse(process.env.ZAPIS_SDK_CONTROL)

// The other side's hands.
function control (...words) {
  return JSON.parse(execFileSync(program, ['practice', '--control', directory, ...words], { encoding: 'utf8' }))
}

async function answer (method, params = {}) {
  const response = await b24.actions.v2.call.make({ method, params })
  assert.ok(response.isSuccess, `${method}: ${response.getErrorMessages().join('; ')}`)
  return { ...response.getData(), total: response.getTotal(), more: response.isMore() }
}

async function call (method, params = {}) {
  return (await answer(method, params)).result
}

// What the client says of a refused call.
async function refusal (method, params = {}) {
  try {
    const response = await b24.actions.v2.call.make({ method, params })
    assert.ok(!response.isSuccess, `${method} was not refused`)
    const [error] = response.getErrors()
    return error
  } catch (error) {
    if (error instanceof assert.AssertionError) {
      throw error
    }
    return error
  }
}

async function batch (calls, options = {}) {
  const response = await b24.actions.v2.batch.make({ calls, options: { isHaltOnError: false, ...options } })
  return response
}

const phone = '+79161239900'
const step = {}
const steps = []
function test (name, run) {
  steps.push([name, run])
}

// ---- the set-up

test('profile', async () => {
  const { result, time } = await answer('profile')
  assert.equal(result.ID, '1')
  assert.equal(result.ADMIN, true)
  assert.equal(typeof time.operating_reset_at, 'number')
})

test('status.list', async () => {
  const { result, total } = await answer('crm.status.list', { filter: { ENTITY_ID: 'SOURCE' }, order: { SORT: 'ASC' } })
  assert.equal(total, result.length)
  assert.ok(result.some((row) => row.STATUS_ID === 'DIKIDI'), 'the salon has the source DIKIDI')
  const stages = await call('crm.status.list', { filter: { ENTITY_ID: 'DEAL_STAGE_1' }, order: { SORT: 'ASC' } })
  assert.deepEqual(stages.filter((row) => row.SEMANTICS === 'F').map((row) => row.STATUS_ID), ['C1:LOSE', 'C1:UC_4KQ7ZD'])
  const types = await call('crm.status.entity.types')
  assert.equal(types.find((type) => type.ID === 'DEAL_STAGE_1').SEMANTIC_INFO.FINAL_SUCCESS_FIELD, 'C1:WON')
})

test('userfield.list', async () => {
  const fields = await call('crm.deal.userfield.list', { filter: { FIELD_NAME: 'UF_CRM_DIKIDI_ID' } })
  assert.equal(fields.length, 1)
  assert.equal(fields[0].USER_TYPE_ID, 'string')
  assert.equal(fields[0].MULTIPLE, 'N')
})

// ---- a booking

test('findbycomm: nobody yet', async () => {
  assert.deepEqual(await call('crm.duplicate.findbycomm', { type: 'PHONE', entity_type: 'CONTACT', values: [phone] }), [])
})

test('contact.add', async () => {
  step.contact = await call('crm.contact.add', {
    fields: { NAME: 'Ксения', PHONE: [{ VALUE: phone, VALUE_TYPE: 'MOBILE' }], ORIGINATOR_ID: 'dikidi' },
    params: { REGISTER_SONET_EVENT: 'N' }
  })
  assert.equal(typeof step.contact, 'number')
  const found = await call('crm.duplicate.findbycomm', { type: 'PHONE', entity_type: 'CONTACT', values: ['8 (916) 123-99-00'] })
  assert.deepEqual(found, { CONTACT: [step.contact] })
})

test('deal.add and deal.get', async () => {
  step.deal = await call('crm.deal.add', {
    fields: {
      TITLE: 'Маникюр · Ксения',
      CATEGORY_ID: 1,
      STAGE_ID: 'NEW', // of another funnel: the first one of this
      CONTACT_IDS: [step.contact],
      SOURCE_ID: 'DIKIDI',
      OPPORTUNITY: '1800.5',
      IS_MANUAL_OPPORTUNITY: 'Y',
      ORIGINATOR_ID: 'dikidi',
      ORIGIN_ID: '990001',
      UF_CRM_DIKIDI_ID: '990001',
      UF_CRM_VISIT_AT: '2026-11-25T12:00:00+03:00',
      NO_SUCH_FIELD: 'dropped'
    }
  })
  assert.equal(typeof step.deal, 'number')
  const deal = await call('crm.deal.get', { id: step.deal })
  assert.equal(deal.ID, String(step.deal))
  assert.equal(deal.STAGE_ID, 'C1:NEW')
  assert.equal(deal.STAGE_SEMANTIC_ID, 'P')
  assert.equal(deal.OPPORTUNITY, '1800.50')
  assert.equal(deal.CONTACT_ID, String(step.contact))
  assert.equal(deal.UF_CRM_DIKIDI_ID, '990001')
  assert.equal(Date.parse(deal.UF_CRM_VISIT_AT), Date.parse('2026-11-25T09:00:00Z'))
  assert.ok(!('NO_SUCH_FIELD' in deal))
})

test('item.add, item.list, item.update', async () => {
  const { item } = await call('crm.item.add', {
    entityTypeId: 2,
    useOriginalUfNames: 'Y',
    fields: { title: 'Педикюр', contactIds: [step.contact], sourceId: 'DIKIDI', opportunity: 2000, UF_CRM_DIKIDI_ID: '990002' }
  })
  assert.equal(item.stageId, 'NEW')
  assert.deepEqual(item.contactIds, [step.contact])
  assert.equal(item.opportunity, 2000)
  const listed = await answer('crm.item.list', {
    entityTypeId: 2,
    useOriginalUfNames: 'Y',
    select: ['id', 'stageId', 'UF_CRM_DIKIDI_ID'],
    filter: { 0: { logic: 'OR', 0: { '=UF_CRM_DIKIDI_ID': '990001' }, 1: { '=UF_CRM_DIKIDI_ID': '990002' } } },
    order: { id: 'ASC' }
  })
  assert.equal(listed.total, 2)
  assert.deepEqual(listed.result.items.map((row) => row.id), [step.deal, item.id])
  assert.equal(listed.result.items[1].UF_CRM_DIKIDI_ID, '990002')
  const moved = await call('crm.item.update', { entityTypeId: 2, id: item.id, fields: { stageId: 'LOSE' } })
  assert.equal(moved.item.stageSemanticId, 'F')
  assert.equal(moved.item.closed, 'Y')
})

test('lead.add', async () => {
  const lead = await call('crm.lead.add', { fields: { TITLE: 'Звонок', NAME: 'Анна', PHONE: [{ VALUE: '+79161239911', VALUE_TYPE: 'WORK' }] } })
  const read = await call('crm.lead.get', { id: lead })
  assert.equal(read.STATUS_ID, 'NEW')
  assert.equal(read.PHONE[0].VALUE, '+79161239911')
})

test('timeline comment', async () => {
  const id = await call('crm.timeline.comment.add', { fields: { ENTITY_ID: step.deal, ENTITY_TYPE: 'deal', COMMENT: 'Отменено в Dikidi' } })
  assert.equal(typeof id, 'number')
  const { comments } = control('comments')
  assert.ok(comments.some((comment) => comment.id === id && comment.text === 'Отменено в Dikidi'))
})

test('product rows', async () => {
  assert.equal(await call('crm.deal.productrows.set', { id: step.deal, rows: [{ PRODUCT_NAME: 'Масло', PRICE: 350, QUANTITY: 2 }] }), true)
  assert.equal((await call('crm.deal.get', { id: step.deal })).OPPORTUNITY, '1800.50') // given by hand
  const set = await call('crm.item.productrow.set', { ownerType: 'D', ownerId: step.deal, productRows: [{ productName: 'Маска', price: 400.25 }] })
  assert.equal(set.productRows[0].price, 400.25)
})

// ---- batch

test('batch of named commands', async () => {
  const response = await batch({
    me: { method: 'profile' },
    deal: { method: 'crm.deal.get', params: { id: step.deal } },
    found: { method: 'crm.duplicate.findbycomm', params: { type: 'PHONE', entity_type: 'CONTACT', values: [phone] } },
    gone: { method: 'crm.item.get', params: { entityTypeId: 2, id: 999999 } },
    empty: { method: 'crm.deal.get', params: { id: 999999 } } // a code of "": this client takes it for a success (T20)
  })
  const data = response.getData()
  assert.equal(data.me.ADMIN, true)
  assert.equal(data.deal.ID, String(step.deal))
  assert.deepEqual(data.found, { CONTACT: [step.contact] }) // the plus came through, encoded once
  assert.ok(!response.isSuccess)
  assert.equal(response.getErrorMessages().length, 1)
  assert.deepEqual([data.gone, data.empty], [undefined, undefined])
})

test('batch with a reference', async () => {
  const response = await batch({
    made: { method: 'crm.contact.add', params: { fields: { NAME: 'A&B #1 50% [x]' } } },
    read: { method: 'crm.contact.get', params: { id: '$result[made]' } }
  })
  assert.ok(response.isSuccess, response.getErrorMessages().join('; '))
  const data = response.getData()
  assert.equal(data.read.ID, String(data.made))
  assert.equal(data.read.NAME, 'A&B #1 50% [x]')
})

test('batch that stops at the first error', async () => {
  const response = await batch([['crm.item.get', { entityTypeId: 2, id: 999999 }], ['profile', {}]], { isHaltOnError: true })
  assert.ok(!response.isSuccess)
  assert.equal(response.getData().length, 0)
})

test('120 deals in batches, and all of them read page by page', async () => {
  const calls = Array.from({ length: 120 }, (_, i) => ['crm.item.add', { entityTypeId: 2, fields: { title: `Пачка ${i}`, originatorId: 'batch' } }])
  const made = await b24.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: true } })
  assert.ok(made.isSuccess, made.getErrorMessages().join('; '))
  assert.equal(made.getData().length, 120)
  const list = await b24.actions.v2.callList.make({
    method: 'crm.item.list',
    params: { entityTypeId: 2, filter: { '=originatorId': 'batch' }, select: ['id', 'title'] },
    idKey: 'id',
    customKeyForResult: 'items'
  })
  assert.ok(list.isSuccess)
  assert.deepEqual(list.getData().map((row) => row.title), calls.map((one) => one[1].fields.title))
  const page = await answer('crm.deal.list', { filter: { ORIGINATOR_ID: 'batch' }, select: ['ID'], start: 60 })
  assert.deepEqual([page.total, page.result.length, page.more], [120, 50, true]) // 60 is floored to 50
  const whole = await call('crm.deal.list', { filter: { ORIGINATOR_ID: 'batch' }, select: ['ID'], start: 50 })
  assert.deepEqual(page.result, whole)
})

// ---- errors and limits

test('errors', async () => {
  assert.equal((await refusal('crm.deal.get', { id: 999999 })).status, 400)
  assert.equal((await refusal('crm.item.get', { entityTypeId: 2, id: 999999 })).code, 'NOT_FOUND')
  assert.equal((await refusal('crm.item.list', { entityTypeId: 2, filter: { '=nothing': 1 } })).code, 'INVALID_ARG_VALUE')
  assert.equal((await refusal('crm.deal.destroy')).code, 'ERROR_METHOD_NOT_FOUND')
  assert.equal((await refusal('event.bind', { event: 'ONCRMDEALUPDATE', handler: 'https://desk.example/' })).code, 'WRONG_AUTH_TYPE')
  assert.equal((await refusal('crm.status.add', { fields: { ENTITY_ID: 'SOURCE', STATUS_ID: 'DIKIDI', NAME: 'x' } })).code, 'ERROR_CORE')
})

test('REST 3.0 has no CRM', async () => {
  const response = await b24.actions.v3.call.make({ method: 'crm.deal.get', params: { id: step.deal } }).catch((error) => error)
  const code = response instanceof Error ? response.code : [...response.getErrors()][0].code
  assert.equal(code, 'BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION')
})

test('working time is what the client keeps', async () => {
  control('set', 'cost', 'crm.deal.fields', '100')
  await call('crm.deal.fields')
  await call('crm.deal.fields')
  assert.equal(b24.getHttpClient('v2').getStats().operatingStats['crm.deal.fields'], 200)
})

test('a blocked method is refused to the client, and only that one', async () => {
  control('set', 'cost', 'crm.lead.fields', '500')
  await call('crm.lead.fields')
  // The client would wait for ten minutes: the refusal is looked at without it.
  const answered = await fetch(`${process.env.ZAPIS_SDK_URL}crm.lead.fields`, { method: 'POST' })
  assert.equal(answered.status, 429)
  const body = await answered.json()
  assert.equal(body.error, 'OPERATION_TIME_LIMIT')
  assert.ok(body.operating_reset_at > 0)
  await call('crm.deal.get', { id: step.deal })
})

test('a lost answer: the caller who tries again makes a second deal', async () => {
  const twice = { fields: { TITLE: 'Дважды', ORIGINATOR_ID: 'twice', ORIGIN_ID: '1' } }
  control('fault', 'crm.deal.add', 'drop-after', '--count', '1')
  assert.ok(await refusal('crm.deal.add', twice) instanceof Error)
  await call('crm.deal.add', twice)
  assert.equal((await answer('crm.deal.list', { filter: { '=ORIGINATOR_ID': 'twice' } })).total, 2)
})

test('a webhook that is revoked', async () => {
  control('revoke')
  const error = await refusal('profile')
  assert.equal(error.status, 401)
  assert.equal(error.code, 'INVALID_CREDENTIALS')
  control('revoke', 'undo')
  assert.equal((await call('profile')).ID, '1')
})

test('the client kept to an ordinary plan\'s rate', async () => {
  const { requests } = control('log', '--server', 'bitrix24')
  assert.ok(requests.length > 30)
  assert.ok(requests.every((request) => request.status !== 503))
})

control('set', 'rate', '50', '2')
for (const [name, run] of steps) {
  const started = Date.now()
  try {
    await run()
  } catch (error) {
    console.error(`\nFAILED: ${name}\n${error.stack}`)
    process.exit(1)
  }
  console.log(`ok: ${name} (${Date.now() - started} ms)`)
}
console.log(`${steps.length} steps passed`)
process.exit(0)
