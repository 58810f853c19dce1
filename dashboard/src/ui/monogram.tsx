import './monogram.css'

/** Colors of monograms, which are those of the series of a chart. */
const COLORS = 6

/** A number of a name whose remainders are spread evenly (FNV-1a, with its upper bits mixed into the lower ones). */
const hashOf = (name: string): number => {
  const hash = Array.from(name).reduce(
    (sum, letter) => Math.imul(sum ^ letter.codePointAt(0)!, 16_777_619),
    2_166_136_261,
  )
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The first letter of a name on a color that the name decides: a template looks the same in every list. */
export function Monogram({ name, isSmall = false }: { readonly name: string; readonly isSmall?: boolean }) {
  const color = hashOf(name) % COLORS
  return (
    <span
      className="monogram"
      data-color={color + 1}
      data-letter={Array.from(name)[0]?.toUpperCase()}
      data-small={isSmall || undefined}
      aria-hidden
    />
  )
}
