import { useMediaQuery } from '@mantine/hooks'

/** True where the pages have one column, as in `dashboard.css`. */
export const useNarrow = (): boolean =>
  useMediaQuery('(max-width: 48rem)', undefined, { getInitialValueInEffect: false })
