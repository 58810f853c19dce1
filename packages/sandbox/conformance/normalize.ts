type Json = null | string | number | boolean | Json[] | { [key: string]: Json }

const DAY = 24 * 60 * 60
const TIMES_FROM = 1_000_000_000

/** An id of Stripe's: a known prefix, then letters and digits; words as `card_declined` have no digit. */
const ID =
  /\b(cus|prod|price|si|sub|in|il|ii|pi|pm|ch|cs_test|cs|seti|setatt|re|pyr|du|dp|di|promo|evt|we|bpc|bps|mtr|clock|inpay|txn|cbtxn|req|acct|card|ba|mandate)_(?=[A-Za-z]*\d)[A-Za-z0-9]{6,}/g

/** Fields whose text is another for every account or every run. */
const UNLIKE = new Set([
  'fingerprint',
  'client_secret',
  'secret',
  'invoice_prefix',
  'number',
  'receipt_number',
  'account_name',
  'network_transaction_id',
  'authorization_code',
  'hosted_invoice_url',
  'invoice_pdf',
  'pdf',
  'receipt_url',
  'url',
  'request_log_url',
  'code_of_promotion',
  'calculated_statement_descriptor',
])

/** Makes responses of two runs comparable: IDs by their order of appearance, times by days since the start. */
export class Normalizer {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  readonly #begun: number

  constructor(begun: number) {
    this.#begun = begun
  }

  /** Assigns a name to an ID without the usual format (a coupon's). */
  recognize(id: string, name: string): void {
    if (id.replace(ID, '') === id) this.#names.set(id, `<${name}>`)
  }

  /** Returns a response without the parts that can differ. */
  normalize(value: unknown): Json {
    return this.#walk(JSON.parse(JSON.stringify(value ?? null)) as Json, '')
  }

  #walk(value: Json, key: string): Json {
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, key))
    if (typeof value === 'object' && value !== null) {
      const entries = Object.keys(value).toSorted((one, other) => (one < other ? -1 : 1))
      return Object.fromEntries(entries.map((name) => [this.#idsIn(name), this.#walk(value[name] as Json, name)]))
    }
    if (typeof value === 'number') return value >= TIMES_FROM ? this.#time(value) : value
    if (typeof value !== 'string') return value
    return UNLIKE.has(key) ? `<${key}>` : (this.#names.get(value) ?? this.#idsIn(value))
  }

  #time(seconds: number): string {
    return `<day ${Math.round((seconds - this.#begun) / DAY)}>`
  }

  #idsIn(text: string): string {
    return text.replace(ID, (id, prefix: string) => {
      const known = this.#names.get(id)
      if (known !== undefined) return known
      const count = (this.#counts.get(prefix) ?? 0) + 1
      this.#counts.set(prefix, count)
      const name = `<${prefix} ${count}>`
      this.#names.set(id, name)
      return name
    })
  }
}
