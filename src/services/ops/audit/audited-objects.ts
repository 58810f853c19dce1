import type { Sql } from '#services/kernel/database/sql.js'

/** Arguments of a mutation as one object, and its account. */
export interface Named {
  readonly given: Readonly<Record<string, unknown>>
  readonly accountId: string | null
}

/** A stored object in the audit log: only readable fields, never a secret, a hash or a full address. */
interface AuditedObject {
  readonly sql: string
  /** Parameters of the statement that finds the object. Null if they are not in the arguments. */
  readonly values: (named: Named) => readonly unknown[]
}

const by =
  (name: string) =>
  ({ given }: Named) => [given[name]]

const key: AuditedObject = {
  sql: `select name, scopes, account_id, expires_at, revoked_at from service_key where id = $1`,
  values: by('id'),
}
const endpoint: AuditedObject = {
  sql: `select split_part(url, '/', 3) as host, description, types, enabled, disabled_reason, previous_until from webhook_endpoint where id = $1`,
  values: by('id'),
}
const template = (name: string): AuditedObject => ({
  sql: `select t.status, t.name, t.version, t.required_plan, t.free_forever, t.deleted_at, v.number as next_version, v.status as next_status,
          v.content->>'name' as next_name, p.active as on_sale,
          (select jsonb_agg(r.amount_minor || ' ' || r.currency || ' ' || r."interval" order by r.id) from price r where r.product_id = p.id and r.active) as prices
        from template t left join template_version v on v.template_id = t.id and v.status <> 'APPROVED'
          left join product p on p.type = 'TEMPLATE' and p.external_id = t.id
        where t.id = $1 order by v.number desc limit 1`,
  values: by(name),
})
const VENDOR = `select name, verified, description, website, payout_account_id from vendor`
const vendor: AuditedObject = { sql: `${VENDOR} where id = $1`, values: by('vendorId') }
const ownVendor: AuditedObject = { sql: `${VENDOR} where account_id = $1`, values: ({ accountId }) => [accountId] }
const policy: AuditedObject = {
  sql: `select subject, object, action, removed_at from policy where id = $1`,
  values: by('id'),
}
const purchase: AuditedObject = {
  sql: `select status, amount_minor, refunded_minor, reversed_minor, currency, expires_at from purchase where id = $1`,
  values: by('purchaseId'),
}
const grant: AuditedObject = {
  sql: `select feature, amount, used, reserved, expired, revoked, expires_at, revoked_at from credit_grant where id = $1`,
  values: by('grantId'),
}
const invitation: AuditedObject = {
  sql: `select role, mails_sent, expires_at, accepted_at, canceled_at from invitation where id = $1`,
  values: by('id'),
}
const member: AuditedObject = {
  sql: `select role from member where account_id = $1 and user_id = $2`,
  values: ({ accountId, given }) => [accountId, given['userId']],
}
/** Billing state of an account: its latest subscription and the scheduled change. */
const subscription: AuditedObject = {
  sql: `select s.status, p.code as plan, v.version as plan_version, s.quantity, s.cancel_at, s.trial_end,
          (select jsonb_agg(i.quantity || ' ' || i.price_id order by i.id) from subscription_item i where i.subscription_id = s.id) as items,
          (select c.kind || ' at ' || c.effective_at from subscription_change c where c.subscription_id = s.id and c.status = 'SCHEDULED'
           order by c.id desc limit 1) as planned
        from billing_subscription s join plan_version v on v.id = s.plan_version_id join plan p on p.id = v.plan_id
        where s.account_id = $1 order by s.started_at desc, s.id desc limit 1`,
  values: ({ accountId }) => [accountId],
}
const override: AuditedObject = {
  sql: `select to_jsonb(o) - 'id' - 'account_id' as override from entitlement_override o where o.account_id = $1 and o.feature = $2 and o.ended_at is null
        order by o.since desc limit 1`,
  values: ({ accountId, given }) => [accountId, given['feature']],
}
const deployment = (name: string): AuditedObject => ({
  sql: `select d.status, d.name, a.id as agent, a.registered_at, a.previous_token_until from deployment d left join agent a on a.deployment_id = d.id
        where d.hash = $1`,
  values: by(name),
})
const command: AuditedObject = { sql: `select type, status, attempt from command where id = $1`, values: by('id') }

/** Existing object that each mutation changes. */
export const CHANGES: Readonly<Record<string, AuditedObject>> = {
  revokeApiKey: key,
  updateWebhookEndpoint: endpoint,
  deleteWebhookEndpoint: endpoint,
  rotateWebhookSecret: endpoint,
  updateTemplate: template('templateId'),
  submitTemplate: template('templateId'),
  startTemplateReview: template('templateId'),
  approveTemplate: template('templateId'),
  rejectTemplate: template('templateId'),
  requestTemplateChanges: template('templateId'),
  deprecateTemplate: template('templateId'),
  deleteTemplate: template('templateId'),
  setTemplatePrice: template('templateId'),
  withdrawTemplatePrice: template('templateId'),
  verifyVendor: vendor,
  setVendorPayoutAccount: vendor,
  updateVendorProfile: ownVendor,
  connectVendor: ownVendor,
  removePolicy: policy,
  refundPurchase: purchase,
  revokeCredits: grant,
  cancelInvitation: invitation,
  resendInvitation: invitation,
  setMemberRole: member,
  removeMember: member,
  transferOwnership: member,
  changePlan: subscription,
  addAddon: subscription,
  removeAddon: subscription,
  cancelSubscription: subscription,
  resumeSubscription: subscription,
  overrideEntitlement: override,
  revokeOverride: override,
  stopDeployment: deployment('hash'),
  rotateAgentToken: deployment('deploymentHash'),
  cancelCommand: command,
}

/** True if a mutation changes an existing object. */
export const hasAuditedObjects = (mutation: string): boolean => Object.hasOwn(CHANGES, mutation)

/** Current state of a mutation's object. Null if there is none. */
export async function auditedObjectOf(
  sql: Sql,
  mutation: string,
  named: Named,
): Promise<Record<string, unknown> | null> {
  const thing = CHANGES[mutation]!
  const values = thing.values(named)
  if (!values.every((value) => typeof value === 'string' && value !== '')) return null
  return (await sql.row<Record<string, unknown>>(thing.sql, values)) ?? null
}
