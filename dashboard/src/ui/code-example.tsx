import { CopyIcon } from './copy-button.js'

/** Source code to copy. */
export const CodeExample = ({ name, code }: { readonly name: string; readonly code: string }) => (
  <div className="code-frame">
    {/* Long lines scroll, also with the keyboard. */}
    <pre className="code-example" role="region" aria-label={name} tabIndex={0}>
      {code}
    </pre>
    <CopyIcon name={name} text={code} />
  </div>
)
