import { useRouterState } from '@tanstack/react-router'

/** Path of the page that is shown. A link that was followed is not shown before its page is loaded. */
export const useShownPath = (): string =>
  useRouterState({ select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname })
