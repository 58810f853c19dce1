import type { Stackgate } from '@stackgate/client'
import { QueryClient, QueryClientContext, QueryClientProvider } from '@tanstack/react-query'
import { createContext, useContext, useMemo, useState, type ComponentType, type ReactNode } from 'react'
import type { ReturnParameters } from './hooks/checkout-return.js'
import type { AccountLabels } from './account/account-labels.js'
import type { Labels } from './labels.js'
import { storeOf, type Store } from './store.js'
import type { AccountId } from './query-keys.js'
import { leave } from './redirect.js'
import type { SpendingLabels } from './spending/spending-labels.js'

/** Pages to return to from the payment provider. Leave them out where the catalog builds them (`return_urls: iframe`). */
export interface ReturnUrls {
  /** Absolute URL after a payment. `{CHECKOUT_SESSION_ID}` in it is replaced by the ID of the session. */
  readonly successUrl?: string | undefined
  /** Absolute URL after a cancellation. */
  readonly cancelUrl?: string | undefined
  /** Absolute URL after the billing portal. */
  readonly portalUrl?: string | undefined
}

/**
 * The way to a page of the payment provider. `same-tab` leaves the page. `new-tab` keeps it open, and it shows the payment
 * immediately. In a frame, pass `(url) => plugin.redirect(url)` of `@stackgate/iframe`.
 */
export type Redirect = 'same-tab' | 'new-tab' | ((url: string) => unknown)

/** Components that replace those of the default look. Each receives the same properties. */
export interface PartComponents {
  readonly Button?: ComponentType<React.ButtonHTMLAttributes<HTMLButtonElement>> | undefined
  readonly Dialog?: ComponentType<DialogFrameProps> | undefined
  readonly Meter?: ComponentType<React.MeterHTMLAttributes<HTMLMeterElement>> | undefined
}

/** Properties of the frame of a dialog. */
export interface DialogFrameProps {
  readonly className: string
  /** ID of the heading that names the dialog. */
  readonly headingId: string
  /** Closes the dialog: the Escape key and the button call it. */
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Properties of `StackgateProvider`. */
export interface StackgateProviderProps {
  readonly client: Stackgate
  /**
   * Account that hooks are about unless they name one, as ID or reference (`team:…`). Default: the current account of the token. `null`: no user is
   * signed in, and only public hooks such as `usePlans` send requests.
   */
  readonly accountId?: string | null | undefined
  readonly returnUrls?: ReturnUrls | undefined
  /** Default: `same-tab`. */
  readonly redirect?: Redirect | undefined
  /** Sentences that replace the English ones. */
  readonly labels?: Partial<Labels & SpendingLabels & AccountLabels> | undefined
  /** Language of numbers and dates, for example `de-DE`. Default: `en-US`. The server that renders must use the same one. */
  readonly locale?: string | undefined
  /** Currency of prices, for example `EUR`. Default: that of the account or the catalog. */
  readonly currency?: string | undefined
  readonly components?: PartComponents | undefined
  readonly children?: ReactNode
}

/** Values that hooks read from the provider. */
export interface StackgateContextValue extends Store {
  /** Null: no user is signed in. */
  readonly accountId: AccountId | null
  readonly returnUrls: ReturnUrls
  /** Sentences that replace the English ones. */
  readonly labels: Partial<Labels & SpendingLabels & AccountLabels>
  readonly locale: string
  readonly currency: string | undefined
  readonly components: PartComponents
  /** Parameters of a return, while components that follow it are shown. */
  readonly returns: { found: ReturnParameters | null; holders: number }
  /** Opens a page of the payment provider. False if the browser refused to open a tab. */
  readonly leave: (url: string) => unknown
  /** True if the page stays open during a payment. */
  readonly staysOpen: boolean
}

const StackgateContext = createContext<StackgateContextValue | null>(null)

const NONE = {}

/** Gives a client to the hooks below it. Components need the provider of `@stackgate/react`. Makes a QueryClient if there is none. */
export function StackgateProvider(props: StackgateProviderProps): ReactNode {
  const given = useContext(QueryClientContext)
  const [own] = useState(() => (given ? undefined : new QueryClient()))
  const queryClient = given ?? own!
  const body = <WithQueryClient {...props} queryClient={queryClient} />
  return given ? body : <QueryClientProvider client={queryClient}>{body}</QueryClientProvider>
}

function WithQueryClient(props: StackgateProviderProps & { readonly queryClient: QueryClient }): ReactNode {
  const { client, queryClient, accountId, returnUrls = NONE, redirect = 'same-tab', children } = props
  const { labels = NONE, locale = 'en-US', currency, components = NONE } = props
  const store = storeOf(queryClient, client)
  const returns = useMemo(() => ({ found: null, holders: 0 }), [store])
  const value = useMemo<StackgateContextValue>(
    () => ({
      ...store,
      returns,
      accountId,
      returnUrls,
      labels,
      locale,
      currency,
      components,
      leave: typeof redirect === 'function' ? redirect : (url) => leave(url, redirect),
      staysOpen: redirect === 'new-tab',
    }),
    [store, returns, accountId, returnUrls, labels, locale, currency, components, redirect],
  )
  return <StackgateContext.Provider value={value}>{children}</StackgateContext.Provider>
}

/** Value of the provider. */
export function useStackgateContext(): StackgateContextValue {
  const value = useContext(StackgateContext)
  if (!value) throw new Error('@stackgate/react needs a StackgateProvider.')
  return value
}

/** The client of the provider, for requests of your own. */
export const useStackgate = (): Stackgate => useStackgateContext().client
