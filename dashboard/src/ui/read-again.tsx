import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useReducer } from 'react'
import { count } from './format.js'
import { words } from '../words/en.js'

const SECONDS = 30

/** For lists that no event announces, or whose rows other operators change. A hidden window reads nothing. */
export const everyHalfMinute = (): number => SECONDS * 1000

/** The age of what is shown. It stands where other pages say that they are live. */
export function ReadAgain() {
  const queries = useQueryClient()
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0)
  useEffect(() => {
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [])
  const read = queries.getQueryCache().findAll({ type: 'active' })
  const latest = Math.max(0, ...read.map(({ state }) => state.dataUpdatedAt))
  if (latest === 0) return null
  const seconds = Math.round((Date.now() - latest) / 1000)
  return (
    <Text size="sm" c="dimmed" className="age">
      {seconds < 1 ? words.updatedNow : words.updated(count(seconds))}
    </Text>
  )
}
