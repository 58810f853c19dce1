import { createEventFilter, selectsType, validateEventTypes } from '#services/kernel/events/event-filter.js'

const TYPES = ['subscription.activated', 'subscription.past_due', 'usage.recorded', 'usage.warning', 'credits.granted']

const selected = (types?: string[] | null, except?: string[] | null) => {
  const filter = createEventFilter({ types, except })
  return TYPES.filter((type) => selectsType(filter, type))
}

describe('Filter of event types', () => {
  it('selects everything by default, except usage, which must be asked for', () => {
    const all = TYPES.filter((type) => type !== 'usage.recorded')
    for (const types of [undefined, null, ['*']]) expect(selected(types)).toEqual(all)
    expect(selected(['*', 'usage.recorded'])).toEqual(TYPES)
    expect(selected(['*', 'usage.*'])).toEqual(TYPES)
  })

  it('selects nothing with an empty list, and leaves nothing out', () => {
    expect(selected([])).toEqual([])
    expect(selected(['credits.granted'], [])).toEqual(['credits.granted'])
  })

  it('selects names and groups', () => {
    expect(selected(['subscription.*'])).toEqual(['subscription.activated', 'subscription.past_due'])
    expect(selected(['credits.granted', 'usage.*'])).toEqual(['usage.recorded', 'usage.warning', 'credits.granted'])
    expect(selected(['subscription.act'])).toEqual([])
    expect(selected(['sub.*'])).toEqual([])
  })

  it('leaves out what `except` names', () => {
    expect(selected(null, ['subscription.*'])).toEqual(['usage.warning', 'credits.granted'])
    expect(selected(['subscription.*'], ['subscription.activated'])).toEqual(['subscription.past_due'])
    expect(selected(['*', 'usage.*'], ['usage.recorded'])).toEqual(selected())
  })

  it.each(['', 'Subscription.*', 'a.*.b', '**', '.*', 'a..b', 'a.*b', 'x'.repeat(101)])('refuses %j', (type) => {
    expect(() => createEventFilter({ types: ['credits.granted', type] })).toThrow('types.1: expected an event type')
    expect(() => createEventFilter({ except: [type] })).toThrow('except.0: expected an event type')
  })

  it('refuses more than 50 items, and orders the others', () => {
    expect(() => validateEventTypes(Array.from({ length: 51 }, () => 'a.b'))).toThrow(
      'types must contain 1 to 50 items.',
    )
    expect(validateEventTypes(['b.c', 'a.*', 'b.c'])).toEqual(['a.*', 'b.c'])
  })
})
