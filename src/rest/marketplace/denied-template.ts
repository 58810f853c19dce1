import type { Denial } from '#services/kernel/denials/denial.js'
import type { TemplateNotPurchased } from '#services/marketplace/eligibility/decide-eligibility.js'
import { priceBody } from '../money-bodies.js'

/** The template to buy, as members of a denial. */
export function deniedTemplate(denial: Denial) {
  const { templateId, templateName, price } = denial as TemplateNotPurchased
  return { template_id: templateId, template_name: templateName, price: priceBody(price) }
}
