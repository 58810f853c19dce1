import { COUNTRIES, isCountry, meantCountry } from '#services/kernel/text/countries.js'

const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index))
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))

/** Regions of CLDR with a name that are no country of ISO 3166-1: reserved codes, those that users assign, and groups. */
const NO_COUNTRIES = 'AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ'.split(' ')

describe('Countries', () => {
  it('are those of ISO 3166-1, which are the named regions of CLDR without reserved and private ones', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
    const named = PAIRS.filter((code) => names.of(code) && new Intl.Locale(`und-${code}`).region === code)
    expect(COUNTRIES).toEqual([...new Set(COUNTRIES)].toSorted())
    expect(COUNTRIES).toHaveLength(249)
    expect(COUNTRIES.filter((code) => !named.includes(code))).toEqual([])
    // A newer CLDR can know a region that this list does not have yet: the difference is then a decision.
    expect(named.filter((code) => !isCountry(code)).toSorted()).toEqual(NO_COUNTRIES)
  })

  it('name the country that another code means, never one that is none', () => {
    expect(['UK', 'uk', 'FX', 'YU', 'de'].map(meantCountry)).toEqual(['GB', 'GB', 'FR', 'RS', 'DE'])
    for (const code of [...PAIRS, 'ZZ', '', 'DEU', '1A', 'ü1']) {
      const meant = meantCountry(code)
      expect([code, meant === null || isCountry(meant)]).toEqual([code, true])
      if (isCountry(code)) expect([code, meant]).toEqual([code, null])
    }
  })
})
