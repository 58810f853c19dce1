import type { UpdateBillingDetailsInput } from '#schema/billing/billing-details.type.js'
import type { StoredAddress, StoredBillingDetails, StoredTaxId } from '#entities/identity/account.entity.js'
import { refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import { isCountry, meantCountry } from '#services/kernel/text/countries.js'
import { hasTaxIdForm, TAX_ID_FORMS } from './tax-id-forms.js'

const MAX_LENGTH = 200

/** Maximum of Stripe. */
const MAX_ORDER_LENGTH = 140

/** Maximum of Stripe. */
const MAX_TAX_IDS = 5

/** Billing details after an update, or the denial with every problem of the input. Fields that are missing stay. */
export function decideBillingDetails(
  before: StoredBillingDetails,
  { name, address, taxIds, purchaseOrder }: Omit<UpdateBillingDetailsInput, 'accountId'>,
): StoredBillingDetails | Refused {
  const lines = { name, ...prefixed(address) }
  const [issue, ...issues] = [
    ...Object.entries(lines).flatMap(([path, text]) =>
      text?.trim() ? lineIssues(path.split('.'), text, MAX_LENGTH) : [],
    ),
    ...(purchaseOrder?.trim() ? lineIssues(['purchaseOrder'], purchaseOrder, MAX_ORDER_LENGTH) : []),
    ...(address && !isCountry(address.country)
      ? [
          {
            path: ['address', 'country'],
            code: 'INVALID_PARAMETERS' as const,
            message: `country must be a code of ISO 3166-1 alpha-2, ${hintOf(address.country)}.`,
          },
        ]
      : []),
    ...taxIdIssues(before.taxIds, taxIds ?? []),
  ]
  if (issue) return refusedInput([issue, ...issues])
  return {
    ...before,
    name: name === undefined ? before.name : name?.trim() || null,
    address: address === undefined ? before.address : address && toAddress(address),
    purchaseOrder: purchaseOrder === undefined ? (before.purchaseOrder ?? null) : purchaseOrder?.trim() || null,
    taxIds: taxIds === undefined ? before.taxIds : (taxIds ?? []).map((given) => toTaxId(before.taxIds, given)),
  }
}

type Address = NonNullable<UpdateBillingDetailsInput['address']>
type GivenTaxId = NonNullable<UpdateBillingDetailsInput['taxIds']>[number]

const prefixed = (address: Address | null | undefined): Record<string, string | null | undefined> =>
  Object.fromEntries(Object.entries(address ?? {}).map(([field, text]) => [`address.${field}`, text]))

function hintOf(code: string): string {
  const meant = meantCountry(code)
  return meant === null ? 'for example DE' : `${meant} instead of ${code}`
}

function taxIdIssues(before: readonly StoredTaxId[], given: readonly GivenTaxId[]): InputIssue[] {
  const issue = (path: InputIssue['path'], message: string): InputIssue => ({
    path: ['taxIds', ...path],
    code: 'INVALID_PARAMETERS',
    message,
  })
  if (given.length > MAX_TAX_IDS) return [issue([], `An account can have at most ${MAX_TAX_IDS} tax IDs.`)]
  return given.flatMap(({ type, value }, index) => {
    const isRepeated = given.slice(0, index).some((earlier) => earlier.type === type && earlier.value === value)
    if (isRepeated) return [issue([index], 'The same tax ID is given twice.')]
    if (type === 'OTHER')
      return before.some((kept) => kept.value === value)
        ? []
        : [issue([index, 'type'], 'A tax ID of another type can be kept, but not added here.')]
    return hasTaxIdForm(type, value)
      ? []
      : [issue([index, 'value'], `The value does not have the form of its type, for example ${TAX_ID_FORMS[type][0]}.`)]
  })
}

const toAddress = ({ line1, line2, city, postalCode, region, country }: Address): StoredAddress => ({
  line1: line1?.trim() || null,
  line2: line2?.trim() || null,
  city: city?.trim() || null,
  postalCode: postalCode?.trim() || null,
  region: region?.trim() || null,
  country,
})

const toTaxId = (before: readonly StoredTaxId[], { type, value }: GivenTaxId): StoredTaxId =>
  before.find((kept) => kept.value === value.trim() && (type === 'OTHER' || kept.type === type.toLowerCase())) ?? {
    type: type.toLowerCase(),
    value: value.trim(),
    verification: 'UNAVAILABLE',
  }
