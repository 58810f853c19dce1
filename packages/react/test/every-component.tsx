import type { ReactNode } from 'react'
import * as account from '../src/account/index.js'
import * as react from '../src/index.js'
import * as spending from '../src/spending/index.js'

const close = () => undefined

/** Every component, as a page shows it first. */
export const COMPONENTS: Record<string, ReactNode> = {
  AccountCalendar: <spending.AccountCalendar />,
  AutoTopUps: <spending.AutoTopUps />,
  BillingBanner: <react.BillingBanner />,
  BillingManagementSection: <react.BillingManagementSection communityId="42" />,
  CheckoutReturn: <react.CheckoutReturn />,
  CommandLog: <react.CommandLog hash="abc" />,
  ConnectionBadge: <react.ConnectionBadge />,
  CreditBalance: <react.CreditBalance />,
  DenialNotice: (
    <react.DenialNotice denial={{ code: 'QUOTA_EXCEEDED', message: 'Plan limit exceeded', remedies: [] }} />
  ),
  FeatureGate: <react.FeatureGate feature="sso">secret</react.FeatureGate>,
  InvoiceList: <react.InvoiceList />,
  MemberList: <account.MemberList />,
  PaywallDialog: <react.PaywallDialog denial={null} />,
  PlanChangeDialog: <react.PlanChangeDialog change={{ plan: 'plus' }} onClose={close} />,
  PricingTable: <react.PricingTable />,
  PurchaseTemplateModal: <react.PurchaseTemplateModal open={false} onClose={close} templateId="t" templateName="T" />,
  Seats: <account.Seats />,
  SpendCaps: <spending.SpendCaps />,
  UpgradeModal: <react.UpgradeModal open requiredPlan="plus" onClose={close} />,
  UsageAlerts: <spending.UsageAlerts />,
  UsageChart: <account.UsageChart feature="ai_chat_message" />,
  UsageMeter: <react.UsageMeter feature="ai_chat_message" />,
}
