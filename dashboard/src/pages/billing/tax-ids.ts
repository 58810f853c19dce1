import codes from 'country:codes'
import type { TaxIdType } from '@stackgate/client'
import { billingDetailsWords } from '../../words/en/billing-details.js'
import { locale } from '../../words/language.js'

type KnownType = Exclude<TaxIdType, 'OTHER'>

/** The types that can be added. The compiler reports one that is missing. */
const TYPES: Readonly<Record<KnownType, true>> = {
  AE_TRN: true,
  AR_CUIT: true,
  AU_ABN: true,
  BR_CNPJ: true,
  BR_CPF: true,
  CA_BN: true,
  CA_GST_HST: true,
  CA_QST: true,
  CH_UID: true,
  CH_VAT: true,
  CL_TIN: true,
  CN_TIN: true,
  CO_NIT: true,
  EU_VAT: true,
  GB_VAT: true,
  HK_BR: true,
  ID_NPWP: true,
  IL_VAT: true,
  IN_GST: true,
  IS_VAT: true,
  JP_CN: true,
  JP_TRN: true,
  KR_BRN: true,
  LI_UID: true,
  MX_RFC: true,
  NO_VAT: true,
  NZ_GST: true,
  SA_VAT: true,
  SG_GST: true,
  SG_UEN: true,
  TH_VAT: true,
  TR_TIN: true,
  TW_VAT: true,
  UA_VAT: true,
  US_EIN: true,
  ZA_VAT: true,
}

const names = () => new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })

/** Name of a country, or its code. */
export const countryName = (code: string): string => names().of(code) ?? code

/** All countries by their names. */
export const countries = (): { value: string; label: string }[] =>
  codes
    .map((value) => ({ value, label: countryName(value) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, locale))

/** A type as people know it, for example `United Kingdom VAT`. */
export function taxIdName(type: string): string {
  if (!(type in TYPES)) return billingDetailsWords.taxId
  const code = type.slice(0, 2)
  const place = code === 'EU' ? billingDetailsWords.europeanUnion : countryName(code)
  return billingDetailsWords.taxIdOf(place, type.slice(3).replaceAll('_', '/'))
}

/** All types that can be added, by their names. */
export const taxIdTypes = (): { value: KnownType; label: string }[] =>
  (Object.keys(TYPES) as KnownType[])
    .map((value) => ({ value, label: taxIdName(value) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, locale))
