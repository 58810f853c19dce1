import type { Icon as Drawing } from '@tabler/icons-react'

interface IconProps {
  readonly of: Drawing
  /** Pixels of a side. Default: 16, the size in texts and buttons. */
  readonly size?: number
}

/** A drawing next to a text, which has the meaning. */
export const Icon = ({ of: Drawing, size = 16 }: IconProps) => (
  <Drawing className="icon" size={size} stroke={1.5} aria-hidden />
)
