import { useNavigate, useSearch } from '@tanstack/react-router'

/** Text of a value in the address: the router reads digits as a number. */
export const filterText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** A filter in the address: every view of a list is a link. An empty value is left out. */
export function useFilter(name: string): readonly [value: string, set: (value: string | null) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const value = search[name]
  const set = (next: string | null) =>
    void navigate({
      to: '.',
      search: ((old: object) => ({ ...old, [name]: next || undefined })) as never,
      replace: true,
    })
  return [filterText(value), set]
}
