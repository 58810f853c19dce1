import { Text } from '@mantine/core'
import { count } from './format.js'
import { words } from '../words/en.js'

const SECONDS = 30

/** For lists that no event announces, or whose rows other operators change. A hidden window reads nothing. */
export const everyHalfMinute = (): number => SECONDS * 1000

/** Stands where other pages say that they are live. */
export const ReadAgain = () => (
  <Text size="sm" c="dimmed">
    {words.readAgain(count(SECONDS))}
  </Text>
)
