import type { InstallationPermission, Permission as AccountPermission } from '#services/identity/model/permissions.js'
import { enumType } from '../kernel/decorators.js'

export const Permission = enumType('Permission', 'Permission of a caller on an account, or on the installation.', {
  ACCOUNT_READ: 'Read the account itself.',
  MEMBERS_READ: 'Read the members.',
  MEMBERS_MANAGE: 'Rename a team, invite and remove members, and change their roles.',
  ACCESS_READ: 'Read invitations, API keys, webhook endpoints and jobs, without secrets.',
  KEYS_MANAGE: 'Create, rename, rotate and revoke API keys.',
  ENTITLEMENTS_READ: 'Read entitlements, credits and usage.',
  ENTITLEMENTS_USE: 'Consume and reserve entitlements. Service keys only.',
  CREDITS_WRITE: 'Grant and revoke credits, and set plans. Service keys and operators only.',
  BILLING_READ: 'Read subscriptions, purchases and invoices.',
  BILLING_MANAGE: 'Buy, change and cancel.',
  WEBHOOKS_MANAGE: 'Create, change and delete webhook endpoints, and replay deliveries.',
  OPS_READ: 'Read data of all accounts, logs and reports.',
  OPS_WRITE: 'Act as an operator.',
  ACCOUNTS_WRITE: 'Create and change customers of the application.',
  POLICIES_READ: 'Read the policies of roles.',
  POLICIES_WRITE: 'Change the policies of roles.',
})
type NameOf<Name extends string> = Name extends `${infer Object}:${infer Action}`
  ? Uppercase<`${Object}_${Action}`>
  : never
export type Permission = NameOf<AccountPermission | InstallationPermission> | 'TEMPLATES_DELETE' | 'TEMPLATES_REVIEW'
