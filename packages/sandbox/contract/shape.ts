/**
 * Shape of a value, in a notation that is small to store and easy to compare:
 * - `"string"`, `"number"`, `"boolean"`, `"null"`: that type; `"decimal"`: a number written as text; `"any"`: anything;
 *   `"object"`: a Stripe object that this contract does not describe;
 * - `"=text"`: exactly this text; `true`, `false`: exactly this;
 * - `"#Name"`: the definition of that name;
 * - `["string", "null"]`: one of these;
 * - `{ "[]": shape }`: a list, `{ "{}": shape }`: a map from any key;
 * - any other object: an object with these fields and no others; a name that ends in `?` may be missing.
 */
export type Shape = string | boolean | Shape[] | Fields

/** The fields of an object, or the one entry of a list or a map. */
export interface Fields {
  [name: string]: Shape
}

/** Parameters and response of one call of Stripe's API. */
export interface Operation {
  /** Parameters. Null if the SDK has none. */
  params: Shape | null
  response: Shape
}

/** Stripe's API as the installed SDK describes it. */
export interface Contract {
  /** Version of the SDK it was read from. */
  sdk: string
  apiVersion: string
  /** Every route of the SDK, `POST /v1/customers/:id`. All other routes do not exist. */
  routes: string[]
  /** Parameters and responses of the described routes, by route. */
  operations: Record<string, Operation>
  /** The object that events of a type carry. */
  events: Record<string, Shape>
  /** The definition (`#Name`) of each object by the name in its field `object`. */
  objects: Record<string, string>
  /** Shapes with a name, because they are used more than once. */
  definitions: Record<string, Shape>
}
