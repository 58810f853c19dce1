import { capitalized } from './format.js'

/** The colors of states. dashboard.css has a rule for each. */
export type StateColor = 'gray' | 'green' | 'blue' | 'orange' | 'red'

/** A state as a dot in the color of its meaning, and a word. Only what needs attention has a background. */
export const StateBadge = ({ color, children }: { readonly color: StateColor; readonly children: string }) => (
  <span className="state" data-color={color}>
    {capitalized(children)}
  </span>
)
