/** VAT numbers of the member states of the European Union and of Northern Ireland, without separators. */
const EU_VAT = [
  'ATU\\d{8}',
  'BE[01]\\d{9}',
  'BG\\d{9,10}',
  'CY\\d{8}[A-Z]',
  'CZ\\d{8,10}',
  'DE\\d{9}',
  'DK\\d{8}',
  'EE\\d{9}',
  'EL\\d{9}',
  'ES[A-Z0-9]\\d{7}[A-Z0-9]',
  'FI\\d{8}',
  'FR[A-Z0-9]{2}\\d{9}',
  'HR\\d{11}',
  'HU\\d{8}',
  'IE\\d[A-Z0-9+*]\\d{5}[A-Z]{1,2}',
  'IT\\d{11}',
  'LT(?:\\d{9}|\\d{12})',
  'LU\\d{8}',
  'LV\\d{11}',
  'MT\\d{8}',
  'NL\\d{9}B\\d{2}',
  'PL\\d{10}',
  'PT\\d{9}',
  'RO\\d{2,10}',
  'SE\\d{12}',
  'SI\\d{8}',
  'SK\\d{10}',
  'XI(?:\\d{9}|\\d{12})',
].join('|')

/**
 * Types of tax IDs in the words of Stripe, each with an example and the form of its values without spaces, dots, slashes and
 * hyphens. The first two letters of a type are its country.
 */
export const TAX_ID_FORMS = {
  AE_TRN: ['123456789012345', '\\d{15}'],
  AR_CUIT: ['12-3456789-01', '\\d{11}'],
  AU_ABN: ['12345678912', '\\d{11}'],
  BR_CNPJ: ['01.234.456/5432-10', '[A-Z0-9]{12}\\d{2}'],
  BR_CPF: ['123.456.789-87', '\\d{11}'],
  CA_BN: ['123456789', '\\d{9}'],
  CA_GST_HST: ['123456789RT0002', '\\d{9}RT\\d{4}'],
  CA_QST: ['1234567890TQ1234', '\\d{10}TQ\\d{4}'],
  CH_UID: ['CHE-123.456.789', 'CHE\\d{9}'],
  CH_VAT: ['CHE-123.456.789 MWST', 'CHE\\d{9}(?:MWST|TVA|IVA)'],
  CL_TIN: ['12.345.678-K', '\\d{7,8}[0-9K]'],
  CN_TIN: ['123456789012345678', '[A-Z0-9]{15,20}'],
  CO_NIT: ['123.456.789-0', '\\d{9,10}'],
  EU_VAT: ['DE123456789', EU_VAT],
  GB_VAT: ['GB123456789', 'GB(?:\\d{9}|\\d{12}|(?:GD|HA)\\d{3})'],
  HK_BR: ['12345678', '\\d{8}'],
  ID_NPWP: ['012.345.678.9-012.345', '\\d{15,16}'],
  IL_VAT: ['000012345', '\\d{9}'],
  IN_GST: ['12ABCDE3456FGZH', '\\d{2}[A-Z0-9]{13}'],
  IS_VAT: ['123456', '\\d{5,6}'],
  JP_CN: ['1234567891234', '\\d{13}'],
  JP_TRN: ['T1234567891234', 'T\\d{13}'],
  KR_BRN: ['123-45-67890', '\\d{10}'],
  LI_UID: ['CHE123456789', 'CHE\\d{9}'],
  MX_RFC: ['ABC010203AB9', '[A-ZÑ&]{3,4}\\d{6}[A-Z0-9]{3}'],
  NO_VAT: ['123456789MVA', '\\d{9}MVA'],
  NZ_GST: ['123456789', '\\d{8,9}'],
  SA_VAT: ['123456789012345', '\\d{15}'],
  SG_GST: ['M12345678X', '[A-Z0-9]{8,10}[A-Z0-9]'],
  SG_UEN: ['123456789F', '[A-Z0-9]{8,9}[A-Z]'],
  TH_VAT: ['1234567891234', '\\d{13}'],
  TR_TIN: ['0123456789', '\\d{10}'],
  TW_VAT: ['12345678', '\\d{8}'],
  UA_VAT: ['123456789', '\\d{9,12}'],
  US_EIN: ['12-3456789', '\\d{9}'],
  ZA_VAT: ['4123456789', '4\\d{9}'],
} as const satisfies Record<string, readonly [example: string, form: string]>

export type TaxIdType = keyof typeof TAX_ID_FORMS

const SEPARATORS = /[\s./-]/g

/** True if a value has the form of its type. No authority is asked. */
export const hasTaxIdForm = (type: TaxIdType, value: string): boolean =>
  new RegExp(`^(?:${TAX_ID_FORMS[type][1]})$`).test(value.replace(SEPARATORS, '').toUpperCase())
