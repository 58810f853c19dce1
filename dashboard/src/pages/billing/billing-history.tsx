import { EventList } from '../../ui/event-list.js'
import { words } from '../../words/en.js'

/** Types of events, except those of purchases and invoices: these are in the list above. */
const TYPES = ['subscription.*', 'negotiated_plan.*', 'payment.*', 'credits.*', 'auto_top_up.*']

/** The latest events of payments and subscriptions. */
export const BillingHistory = ({ account }: { readonly account: string }) => (
  <EventList account={account} title={words.billing.history} types={TYPES} count={8} />
)
