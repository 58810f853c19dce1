import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { accentColors, contrast } from '#services/catalog/definition/brand.js'
import { PAGE_COLORS } from '#services/kernel/text/page-colors.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const catalog = (brand: string): string =>
  `business: acme\ncurrency: USD\n${brand}\nplans: { free: { name: Free, rank: 0 } }\n`

describe('The brand of a catalog', () => {
  it('has colors on which text can be read, from any accent', () => {
    fc.assert(
      fc.property(color, (accent) => {
        const { light, dark } = accentColors(accent)
        for (const [{ text, background, filled }, surface] of [
          [light, '#ffffff'],
          [dark, '#16171b'],
        ] as const)
          for (const [one, other] of [
            [text, background],
            [text, surface],
            [filled, '#ffffff'],
          ] as const)
            expect(contrast(one, other)).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  it.each(['dashboard/src/ui/theme.tsx', 'packages/sandbox/pages/layout.ts'])(
    'has its neutral colors in %s',
    (path) => {
      const [light, dark] = readFileSync(path, 'utf8').split(/const DARK|prefers-color-scheme: dark/) as [
        string,
        string,
      ]
      const missing = (text: string, colors: object) =>
        Object.values(colors).filter((value: string) => !text.includes(value === '#ffffff' ? '#fff' : value))
      expect([missing(light, PAGE_COLORS.light), missing(dark, PAGE_COLORS.dark)]).toEqual([[], []])
    },
  )

  it('has its neutral colors and its accent in the style of @stackgate/react', () => {
    const style = readFileSync('packages/react/styles.css', 'utf8')
    const { light, dark } = PAGE_COLORS
    const pairs = [
      [light.text, dark.text],
      [light.soft, dark.soft],
      [light.line, dark.line],
      [light.surface.replace('#ffffff', '#fff'), dark.surface],
      [light.accent, dark.link],
    ]
    expect(pairs.filter(([one, other]) => !style.includes(`light-dark(${one}, ${other})`))).toEqual([])
  })

  it('keeps an accent that can be read', () => {
    expect(accentColors('#4338ca').light).toMatchObject({ text: '#4338ca', filled: '#4338ca' })
  })

  it('is null where the catalog has none, and its parts are', () => {
    expect(parseCatalog(catalog(''), 'acme.yaml').brand).toBeNull()
    expect(parseCatalog(catalog('brand: { name: Acme }'), 'acme.yaml').brand).toEqual({
      name: 'Acme',
      logo: null,
      accent: null,
      address: null,
    })
  })

  it.each([
    [
      'a logo without encryption',
      'brand: { name: Acme, logo: "http://acme.example/logo.png" }',
      'expected an https URL',
    ],
    ['a script', 'brand: { name: Acme, logo: "javascript:alert(1)" }', 'expected an https URL'],
    ['a name of a color', 'brand: { name: Acme, accent: red }', 'expected a color, for example "#4f46e5"'],
    ['no name', 'brand: { accent: "#4f46e5" }', 'brand.name: '],
    ['an unknown key', 'brand: { name: Acme, color: "#4f46e5" }', 'color'],
  ])('is refused with %s', (_case, brand, problem) => {
    expect(() => parseCatalog(catalog(brand), 'acme.yaml')).toThrow(problem)
  })
})
