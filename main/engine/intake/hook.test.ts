import { describe, expect, it } from 'vitest'
import { parseHookBody, parseHookQuery } from './hook.ts'

const update = { type: 'Scene.Update.Post', id: '123', inputFields: ['title', 'tag_ids'] }
const parsedUpdate = { category: 'change', kind: 'scene', action: 'update', ...update }

function parse(value: unknown) {
  return parseHookBody(JSON.stringify(value))
}

function messageOf(value: unknown): string {
  const result = parse(value)
  if (result.ok) throw new Error(`was accepted: ${JSON.stringify(value)}`)
  expect(result.fault.code).toBe('invalid_input')
  return result.fault.message
}

describe('parseHookBody', () => {
  it('takes the plain form, and ignores fields that it does not know', () => {
    const expected = { ok: true, value: { hooks: [parsedUpdate], isArray: false } }
    expect(parse(update)).toEqual(expected)
    expect(parse({ ...update, input: { title: 'x' }, server_connection: { Port: 1 }, __proto__: {} })).toEqual(expected)
  })

  it('takes what Stash hands to its plugins, with a number as id', () => {
    const hookContext = { id: 123, type: update.type, input: { id: '123' }, inputFields: update.inputFields }
    expect(parse({ hookContext })).toEqual({ ok: true, value: { hooks: [parsedUpdate], isArray: false } })
  })

  it('takes arrays of both forms, also an empty one', () => {
    expect(parse([update, { hookContext: update }])).toEqual({
      ok: true,
      value: { hooks: [parsedUpdate, parsedUpdate], isArray: true },
    })
    expect(parse([])).toEqual({ ok: true, value: { hooks: [], isArray: true } })
  })

  it('takes the connection test', () => {
    expect(parse({ type: 'ping' })).toEqual({ ok: true, value: { hooks: [{ category: 'ping' }], isArray: false } })
  })

  it.each([
    ['Scene.Create.Post', 'scene', 'create'],
    ['Scene.Destroy.Post', 'scene', 'destroy'],
    ['Performer.Update.Post', 'performer', 'update'],
    ['Studio.Destroy.Post', 'studio', 'destroy'],
    ['Tag.Merge.Post', 'tag', 'merge'],
    ['Group.Update.Post', 'group', 'update'],
    ['Movie.Update.Post', 'group', 'update'],
  ])('knows %s', (type, kind, action) => {
    expect(parse({ type, id: 7 })).toMatchObject({ value: { hooks: [{ category: 'change', kind, action, id: '7' }] } })
  })

  it.each(['SceneMarker.Create.Post', 'Gallery.Update.Post', 'Scene.Merge.Post', 'Scene.Update', 'constructor', '\n'])(
    'has no use for %j, with or without an id',
    (type) => {
      expect(parse({ type, id: 7 })).toMatchObject({ value: { hooks: [{ category: 'other', type, id: '7' }] } })
      expect(parse({ type })).toMatchObject({ value: { hooks: [{ category: 'other', type, id: null }] } })
    },
  )

  it.each([
    ...['', ' ', '0', '-1', '1.5', '1e3', '0x10', '007', ' 1', '1 ', '1\n', 'abc', '٣', '12345678901234567'],
    ...['9007199254740993', 0, -1, 1.5, 1e21, 9007199254740992, true, [], ['1'], {}],
  ])('refuses the id %j', (id) => {
    expect(messageOf({ ...update, id })).toBe('id must be a positive whole number')
    expect(messageOf({ type: 'Gallery.Update.Post', id })).toBe('id must be a positive whole number')
  })

  it('takes the largest id that a number can hold', () => {
    expect(parse({ ...update, id: Number.MAX_SAFE_INTEGER })).toMatchObject({
      value: { hooks: [{ id: '9007199254740991' }] },
    })
  })

  it('wants an id where the hook is about something', () => {
    expect(messageOf({ type: 'Scene.Update.Post' })).toBe('id is missing: Scene.Update.Post needs one')
    expect(messageOf({ type: 'Scene.Update.Post', id: null })).toBe('id is missing: Scene.Update.Post needs one')
  })

  it.each([{ id: 1 }, { type: 5, id: 1 }, { type: null, id: 1 }, { type: '', id: 1 }])('wants a type: %j', (value) => {
    expect(messageOf(value)).toMatch(/^type (is missing or not text|must not be empty)$/)
  })

  it.each([null, 5, 'text', true, { hookContext: null }, { hookContext: 'x' }])('wants an object: %j', (value) => {
    expect(messageOf(value)).toBe('a hook must be an object')
  })

  it.each(['', '{', 'nonsense', '{"type":"ping"', '\u0000'])('refuses what is not JSON: %j', (text) => {
    expect(parseHookBody(text)).toEqual({
      ok: false,
      fault: { code: 'invalid_input', message: 'the body is not JSON' },
    })
  })

  it('refuses a whole array for one bad element, and names it', () => {
    expect(messageOf([update, update, { ...update, id: 0 }, {}])).toBe('element 2: id must be a positive whole number')
    expect(messageOf([[update]])).toBe('element 0: a hook must be an object')
  })

  it.each([undefined, null, 'title', 5, { title: 1 }, ['title', 5], [null]])(
    'does not know what changed when inputFields are %j',
    (inputFields) => {
      expect(parse({ ...update, inputFields })).toMatchObject({ value: { hooks: [{ inputFields: null }] } })
    },
  )
})

describe('parseHookQuery', () => {
  const query = (text: string) => parseHookQuery(new URLSearchParams(text))

  it('reads type, id and fields', () => {
    expect(query('type=Scene.Update.Post&id=123&fields=title,tag_ids')).toEqual({ ok: true, value: [parsedUpdate] })
    expect(query('type=Scene.Update.Post&id=123&fields=')).toMatchObject({ value: [{ inputFields: [] }] })
    expect(query('type=Scene.Create.Post&id=123')).toMatchObject({ value: [{ inputFields: null }] })
    expect(query('type=ping&id=')).toEqual({ ok: true, value: [{ category: 'ping' }] })
  })

  it('reads the ids of a bulk edit, all or nothing', () => {
    expect(query('type=Scene.Update.Post&ids=1,22,3&fields=title')).toMatchObject({
      ok: true,
      value: [
        { id: '1', inputFields: ['title'] },
        { id: '22', inputFields: ['title'] },
        { id: '3', inputFields: ['title'] },
      ],
    })
    const many = (count: number) => Array.from({ length: count }, (_, at) => at + 1).join(',')
    expect(query(`type=Tag.Update.Post&ids=${many(200)}`)).toMatchObject({ ok: true })
    for (const ids of [many(201), '1,,2', '1,x', '', '0'])
      expect(query(`type=Scene.Update.Post&ids=${ids}`)).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
  })

  it.each(['', 'id=1', 'type=Scene.Update.Post', 'type=Scene.Update.Post&id=x'])('refuses %j', (text) => {
    expect(query(text)).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
  })
})
