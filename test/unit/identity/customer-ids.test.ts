import { wrongCustomer } from '#services/identity/model/reference.js'

describe('An ID of a customer', () => {
  it.each([
    ['blank', '\u2003 '],
    ['of characters without width', '\u200b\u2060\ufeff'],
    ['of letters that are drawn empty', '\u3164\uffa0'],
    ['of marks of direction', '\u200e\u200f'],
    ['text in another direction', 'abc\u202e321'],
  ])('is refused if it is %s', (_, id) => {
    expect(wrongCustomer(`customer:${id}`)?.message).toContain('an ID with a visible character')
  })

  it.each(['x', '0', '\u00e9', 'e\u0301', '\u05e9\u05dc\u05d5\u05dd', '\u{1f98a}'])('is accepted if it is %j', (id) => {
    expect(wrongCustomer(`customer:${id}`)).toBeNull()
  })
})
