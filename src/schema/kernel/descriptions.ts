/** ID of an object. */
export const OBJECT_ID = 'Globally unique, opaque ID. The prefix names the type (`acc_…`, `cmd_…`).'

/** Idempotency key of a mutation. */
export const IDEMPOTENCY_KEY =
  'ID of the work; the same for each retry. A repeated call with the same key returns the first result, without a secret. 1–255 printable ASCII characters without spaces.'

/** Optional account. */
export const ACCOUNT_ARG =
  "Account ID or reference (`person:…`, `team:…`, `community:…`). Default: the caller's current account."

/** Required account. */
export const ACCOUNT_ARG_REQUIRED = 'Account ID or reference (`person:…`, `team:…`, `community:…`).'

/** Account of a list. */
export const LISTED_ACCOUNT = `${ACCOUNT_ARG_REQUIRED} Default: all accounts.`

/** Account that pays. */
export const PAYER_ARG = "Account that pays, by ID or reference. Default: the caller's current account."

/** Filter of event types. */
export const EVENT_TYPES =
  'Event types to return: names such as `subscription.activated`, groups such as `subscription.*`, or `*`, which is every type except `usage.recorded`. Default: `*`. All types: `Installation.eventTypes`.'

/** Filter of event types that are left out. */
export const EXCEPT_EVENT_TYPES = 'Event types to leave out, named like those of `types`. Default: none.'

/** Start of a page. */
export const REVERSE = 'Whether the oldest items come first.'
export const AFTER = 'Returns the items after this cursor. Default: from the start of the list.'

/** Size of a page. */
export const FIRST = 'Maximum number of items, 0–100.'

/** End of a page that is read backward. */
export const BEFORE =
  'Returns the items before this cursor, in the order of the list. Cannot be combined with `first` or `after`.'

/** Size of a page that is read backward. */
export const LAST =
  'Maximum number of items before `before`, or at the end of the list, 0–100. Cannot be combined with `first` or `after`.'

/** Start of a subscription. */
export const STREAM_AFTER =
  'Replays everything after this stream cursor, then continues live. Default: live events only.'

/** Start of a subscription whose subscribers first read the present state. */
export const RESYNC_AFTER =
  'Replays everything after this stream cursor, then continues live. Default: starts with `Resync`.'

/** Position of the stream of an object that is read. */
export const CURRENT_STREAM_CURSOR =
  'was read before every field below it. Subscribe with it as `after` to receive every later change. Changes that happened while this response was read may be included in it and are emitted again; apply them by `sequence`.'

/** Cursor of an edge. */
export const EDGE_CURSOR =
  'Cursor of this item. Pass it as `after` to get the next items, or as `before` to get the previous ones where the list has this argument.'

/** Edges of a connection. */
export const EDGES = 'Items with their cursors.'

/** Nodes of a connection. */
export const NODES = 'The items.'

/** Page information of a connection. */
export const PAGE_INFO = 'Pagination state.'

/** Cursor of an item of a stream. */
export const STREAM_CURSOR = 'Position of this item in its stream. Pass it as `after` to continue here.'

/** Sequence of a stream event. */
export const STREAM_SEQUENCE =
  'Number of this event in the stream of its account or deployment. Each event is one higher than the previous one. A subscription to some event types skips the numbers of the others; continue from `cursor`.'

/** Code of a denial or error. */
export const DENIAL_CODE = 'Machine-readable reason.'

/** Message of a denial. */
export const DENIAL_MESSAGE = 'Human-readable explanation.'

/** Remedies of a denial. */
export const REMEDIES = 'Steps that would lift the denial, cheapest first. Empty if the caller can do nothing.'

/** Filter of catalog queries. */
export const INCLUDE_INACTIVE = 'Include products that are no longer sold. Operators only; ignored for other callers.'

/** Filter of price lists. */
export const CURRENCY_FILTER = 'Return prices in this currency only. Default: all currencies.'

export const CURRENCY_OF_USE =
  'Currency of the prices of use. Default, and for one in which the plan is not sold: that of the catalog.'

/** Start of a range. */
export const FROM = 'Start of the range, inclusive (business clock).'

/** End of a range. */
export const TO = 'End of the range, exclusive (business clock). Default: now.'

/** Reason of an operation by an operator. */
export const REASON = 'Why, for the audit log. 1–500 characters.'

/** Deployment that an operation is for. */
export const DEPLOYMENT_ID = 'Deployment, by ID or hash (`deployment_hash` of agents).'
