/** A schema of PayPal's, in the few words of JSON Schema that its files use; `$ref` names a definition of the contract. */
export interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean
  items?: Schema
  allOf?: Schema[]
  enum?: unknown[]
  pattern?: string
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  readOnly?: boolean
}

/** What one call of PayPal's API takes and answers. */
export interface PayPalOperation {
  /** Parameters of the query. */
  query?: Record<string, Schema>
  request?: Schema
  /** What it answers, by HTTP status; null where there is no body. */
  responses: Record<string, Schema | null>
}

/** PayPal's API as its published files describe it. */
export interface PayPalContract {
  /** The package that the files came with, and its version. */
  source: string
  /** Every route of all files, `POST /v2/checkout/orders`; what is not here does not exist. */
  routes: string[]
  /** What the routes of the described files take and answer, by route. */
  operations: Record<string, PayPalOperation>
  /** What PayPal says of an issue, by its code. */
  issues: Record<string, string>
  /** Schemas with a name: `orders.money`. */
  definitions: Record<string, Schema>
}
