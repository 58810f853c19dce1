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

/** Parameters and responses of one call of PayPal's API. */
export interface PayPalOperation {
  /** Parameters of the query. */
  query?: Record<string, Schema>
  request?: Schema
  /** Response bodies by HTTP status. Null if there is no body. */
  responses: Record<string, Schema | null>
}

/** PayPal's API as its published files describe it. */
export interface PayPalContract {
  /** The package that the files came with, and its version. */
  source: string
  /** Every route of all files, `POST /v2/checkout/orders`. All other routes do not exist. */
  routes: string[]
  /** Parameters and responses of the described routes, by route. */
  operations: Record<string, PayPalOperation>
  /** PayPal's description of an issue, by its code. */
  issues: Record<string, string>
  /** Schemas with a name: `orders.money`. */
  definitions: Record<string, Schema>
}
