import { Text } from '@mantine/core'
import { useEffect } from 'react'
import type { Denial } from '@stackgate/client'
import { words } from '../words/en.js'

/** The code of a problem, the fields at fault and what lifts it: below its sentence, and in the console. */
export function DeveloperDetails({ problem }: { readonly problem: { readonly message: string } }) {
  const { code = '', message = '', issues = [], remedies = [] } = problem as Partial<Denial>
  const fields = issues.map(({ path }) => path.join('.')).join(', ')
  const steps = remedies.map(({ kind, mutation }) => mutation ?? kind).join(', ')
  const details = [code, fields, steps && `→ ${steps}`].filter(Boolean).join(' · ')
  useEffect(() => {
    if (details) console.warn(`stackgate: ${details}: ${message}`)
  }, [details, message])
  if (!details) return null
  return (
    <Text size="xs">
      {words.forDevelopers} <code>{details}</code>
    </Text>
  )
}
