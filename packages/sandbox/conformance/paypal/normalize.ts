type Json = null | string | number | boolean | Json[] | { [key: string]: Json }

const DAY = 86_400_000
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/

/** Fields that name an object. Values that we choose (`custom_id`, `invoice_id`) are compared unchanged. */
const NAMES = /^(id|.*_id|parent_payment|billing_agreement_id|seller_transaction_id|start_index)$/
const OURS = new Set(['custom_id', 'invoice_id', 'reference_id'])

/** Fields whose text is another for every account or every call. */
const UNLIKE = new Set(['debug_id', 'email_address', 'merchant_id', 'payer_id', 'summary', 'transmission_sig'])

/**
 * Makes responses of two runs comparable: IDs by their order of appearance, times by days since the start, URLs by
 * their path.
 */
export class Normalizer {
  readonly #names = new Map<string, string>()
  readonly #begun: number

  constructor(begun: Date) {
    this.#begun = begun.getTime()
  }

  /** Returns a response without the parts that can differ. */
  normalize(value: unknown): Json {
    return this.#walk(JSON.parse(JSON.stringify(value ?? null)) as Json, '')
  }

  #walk(value: Json, key: string): Json {
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, key))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.keys(value)
          .toSorted((one, other) => (one < other ? -1 : 1))
          .map((name) => [name, this.#walk(value[name] as Json, name)]),
      )
    return typeof value === 'string' ? this.#text(value, key) : value
  }

  #text(value: string, key: string): string {
    if (UNLIKE.has(key)) return `<${key}>`
    if (TIME.test(value)) return `<day ${Math.round((Date.parse(value) - this.#begun) / DAY)}>`
    if (key === 'href' && URL.canParse(value)) return this.#address(new URL(value))
    if (NAMES.test(key) && !OURS.has(key)) return this.#nameOf(value)
    return this.#names.get(value) ?? value
  }

  /** Pages for people have other addresses at each PayPal; of an interface the part below its root counts. */
  #address({ pathname, searchParams }: URL): string {
    const path = /\/v[12]\/.*$/.exec(pathname)?.[0]
    if (path === undefined) return '<page>'
    const parts = path.split('/').map((part) => this.#names.get(part) ?? part)
    return [parts.join('/'), ...[...searchParams.keys()].toSorted()].join(' ')
  }

  #nameOf(id: string): string {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const name = `<id ${this.#names.size + 1}>`
    this.#names.set(id, name)
    return name
  }
}
