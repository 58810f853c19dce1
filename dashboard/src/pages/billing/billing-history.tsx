import { EventList } from '../../ui/event-list.js'
import { words } from '../../words/en.js'

const TYPES = [
  'subscription.*',
  'negotiated_plan.*',
  'invoice.*',
  'payment.*',
  'purchase.*',
  'checkout.*',
  'credits.*',
  'top_up.*',
  'auto_top_up.*',
]

/** The latest events of payments and subscriptions. */
export const BillingHistory = ({ account }: { readonly account: string }) => (
  <EventList account={account} title={words.billing.history} types={TYPES} count={8} />
)
