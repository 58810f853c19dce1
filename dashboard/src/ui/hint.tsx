import './hint.css'
import IconInfo from 'icon:info-circle'
import { useId } from 'react'
import { words } from '../words/en.js'
import { Icon } from './icon.js'

interface HintProps {
  /** Name of what is explained. */
  readonly of: string
  /** One explanation, or several with their names. */
  readonly children: string | readonly (readonly [name: string, text: string])[]
}

/** A button that shows an explanation. The browser places it and closes it by Escape and by a press elsewhere. */
export function Hint({ of, children }: HintProps) {
  const id = useId()
  const name = words.explain(of)
  return (
    <>
      <button type="button" className="square hint-button" data-small popoverTarget={id} aria-label={name} title={name}>
        <Icon of={IconInfo} />
      </button>
      <div id={id} popover="auto" className="hint">
        {typeof children === 'string' ? (
          children
        ) : (
          <dl>
            {children.map(([term, text]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </>
  )
}
