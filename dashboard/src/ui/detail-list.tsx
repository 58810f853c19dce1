import { Fragment, useState, type ReactNode } from 'react'
import { words } from '../words/en.js'

/** Names and values below each other. Values that are not known are left out. */
export const DetailList = ({ items }: { readonly items: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className="details">
    {items.map(([name, value]) =>
      value === null || value === undefined || value === '' ? null : (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ),
    )}
  </dl>
)

/** Data as text, in a frame that scrolls. */
export const JsonText = ({ name, value }: { readonly name: string; readonly value: unknown }) => (
  <pre className="code-block" tabIndex={0} role="region" aria-label={name}>
    {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
  </pre>
)

/** Data that opens on request, and is not rendered before. */
export function FoldedJson({ name, value }: { readonly name: string; readonly value: unknown }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{name}</summary>
      {isOpen && <JsonText name={name} value={value} />}
    </details>
  )
}

const ID = /^[a-z]+_([0-9a-z]{26}|[0-9a-f-]{36})$/

/** A name of an event or action, which breaks at its dots and underscores. */
export const CodeName = ({ name }: { readonly name: string }) => (
  <span data-code>
    {name.split(/(?<=[._])/).map((part, index) => (
      <Fragment key={index}>
        {index > 0 && <wbr />}
        {part}
      </Fragment>
    ))}
  </span>
)

/** An ID: its last characters, and the whole of it for the pointer. Other text is shown whole. */
export const ShortId = ({ id }: { readonly id: string }) => (
  <span className="mono" title={words.wholeId(id)}>
    {ID.test(id) ? `…${id.slice(-8)}` : id}
  </span>
)
