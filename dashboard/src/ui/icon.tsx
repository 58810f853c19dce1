/** A drawing of the icon set: its paths in a square of 24 units. */
export interface Drawing {
  readonly paths: readonly string[]
  /** True if the paths are areas, false if they are lines. */
  readonly isFilled: boolean
}

interface IconProps {
  readonly of: Drawing
  /** Pixels of a side. Default: 16, the size in texts and buttons. */
  readonly size?: number
}

const AREAS = { fill: 'currentColor' } as const
const LINES = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

/** A drawing next to a text, which has the meaning. */
export const Icon = ({ of: { paths, isFilled }, size = 16 }: IconProps) => (
  <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden {...(isFilled ? AREAS : LINES)}>
    {paths.map((path) => (
      <path key={path} d={path} />
    ))}
  </svg>
)
