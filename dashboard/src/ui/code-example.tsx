import { Stack } from '@mantine/core'
import { CopyButton } from './copy-button.js'

/** Source code to copy. */
export const CodeExample = ({ name, code }: { readonly name: string; readonly code: string }) => (
  <Stack gap="xs" align="flex-start">
    {/* Long lines scroll, also with the keyboard. */}
    <pre className="code-example" role="region" aria-label={name} tabIndex={0}>
      {code}
    </pre>
    <CopyButton text={code} />
  </Stack>
)
