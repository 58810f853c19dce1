import { capitalized } from './format.js'

/** A state as a dot in the color of its meaning, and a word. Only what needs attention has a background. */
export const StateBadge = ({ color, children }: { readonly color: string; readonly children: string }) => (
  <span className="state" data-color={color}>
    {capitalized(children)}
  </span>
)
