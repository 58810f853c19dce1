import './monogram.css'

/** Colors of monograms, which are those of the series of a chart. */
const COLORS = 6

/** The first letter of a name on a color that the name decides: a template looks the same in every list. */
export function Monogram({ name }: { readonly name: string }) {
  const color = Array.from(name).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 997, 7) % COLORS
  return (
    <span className="monogram" data-color={color + 1} aria-hidden>
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  )
}
