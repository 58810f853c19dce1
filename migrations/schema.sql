-- Sequences
create sequence fetch_fence as bigint;
create sequence migration_id_seq as integer;

-- Tables
create table accepted_drift (
  provider text not null,
  kind text not null,
  object text not null,
  fingerprint text not null,
  accepted_by text not null,
  reason text not null,
  accepted_at timestamp with time zone not null,
  accepted_until timestamp with time zone
);

create table account (
  id text not null,
  kind text not null,
  external_id text not null,
  name text not null,
  version bigint not null default '0'::bigint,
  created_at timestamp with time zone not null default now(),
  billing_email text,
  billing_details jsonb,
  metadata jsonb not null default '{}'::jsonb,
  currency text,
  language text,
  time_zone text,
  invoice_terms jsonb,
  overage_threshold jsonb,
  overage_ends_at timestamp with time zone,
  overage_end_reason text,
  rolled_until timestamp with time zone,
  deletion_at timestamp with time zone
);

create table account_chain (
  account_id text not null,
  log text not null,
  entry_count bigint not null,
  link_count integer not null,
  value bytea not null,
  version bigint,
  operation_no integer,
  entry_no integer,
  commitment_key bytea,
  erased_at timestamp with time zone
);

create table account_chain_link (
  account_id text not null,
  log text not null,
  number integer not null,
  entries_before bigint not null,
  digests bytea not null,
  value bytea not null,
  version bigint,
  operation_no integer,
  entry_no integer,
  root_number integer not null,
  chained_at timestamp with time zone not null default now()
);

create table account_directory (
  kind text not null,
  name text not null,
  account_id text not null
);

create table account_export_part (
  job_id text not null,
  account_id text not null,
  "position" integer not null,
  content bytea not null
);

create table account_job (
  id text not null,
  account_id text not null,
  kind text not null,
  state text not null default 'SCHEDULED'::text,
  progress integer not null default 0,
  requested_by text not null,
  created_at timestamp with time zone not null,
  run_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  blocked_reason text,
  recorded_at timestamp with time zone not null default now()
);

create table adopted_balance (
  account_id text not null,
  provider text not null,
  feature text not null,
  amount bigint not null,
  applied_at timestamp with time zone
);

create table adopted_customer (
  account_id text not null,
  provider text not null,
  customer_id text not null,
  adopted_at timestamp with time zone not null
);

create table agent (
  id text not null,
  account_id text not null,
  deployment_id text not null,
  token_hash text not null,
  token_sealed text not null,
  previous_token_hash text,
  previous_token_sealed text,
  previous_token_until timestamp with time zone,
  version text,
  system_info jsonb not null,
  capabilities text[] not null,
  presence text not null default 'OFFLINE'::text,
  last_heartbeat_at timestamp with time zone,
  registered_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  signs_fully boolean not null default false
);

create table agent_alarm (
  id text not null,
  account_id text not null,
  deployment_id text not null,
  kind text not null,
  severity text not null,
  recovered boolean not null,
  message text not null,
  value double precision not null,
  threshold double precision not null,
  occurred_at timestamp with time zone not null,
  received_at timestamp with time zone not null default now()
);

create table agent_nonce (
  agent_id text not null,
  account_id text not null,
  request_id text not null,
  seen_at timestamp with time zone not null default now()
);

create table agent_notification (
  id text not null,
  account_id text,
  deployment_id text,
  template_id text,
  kind text not null,
  title text not null,
  message text not null,
  stack_name text,
  new_version text,
  created_at timestamp with time zone not null default now()
);

create table agent_outage (
  id text not null,
  account_id text not null,
  deployment_id text not null,
  kind text not null,
  started_at timestamp with time zone not null,
  alerted_at timestamp with time zone,
  ended_at timestamp with time zone,
  recovery_notified_at timestamp with time zone
);

create table alert (
  id text not null,
  account_id text not null,
  feature text not null,
  basis text not null,
  action text not null default 'NOTIFY'::text,
  percent integer,
  units bigint,
  base bigint,
  based_at timestamp with time zone,
  armed boolean not null default true,
  crossings integer not null default 0,
  created_by text not null,
  since timestamp with time zone not null,
  ended_at timestamp with time zone
);

create table alert_crossing (
  account_id text not null,
  alert_id text not null,
  key text not null,
  percent integer,
  base bigint,
  value bigint not null,
  forecast bigint,
  window_start timestamp with time zone,
  window_end timestamp with time zone,
  at timestamp with time zone not null,
  handled_at timestamp with time zone
);

create table allocation (
  account_id text not null,
  feature text not null,
  resource_id text not null,
  allocated_at timestamp with time zone not null,
  released_at timestamp with time zone
);

create table allocation_period (
  account_id text not null,
  feature text not null,
  resource_id text not null,
  allocated_at timestamp with time zone not null,
  released_at timestamp with time zone not null
);

create table analytics_checkpoint (
  account_id text not null,
  version bigint not null
);

create table app_state (
  deployment_id text not null,
  app_code text not null,
  account_id text not null,
  status text,
  container_state text,
  health text,
  reported_at timestamp with time zone not null default now()
);

create table app_user (
  id text not null,
  subject text not null,
  email text not null,
  name text,
  roles text[] not null default '{}'::text[],
  language text,
  created_at timestamp with time zone not null default now()
);

create table audit_entry (
  id text not null,
  account_id text,
  actor text not null,
  action text not null,
  object text not null,
  details jsonb not null,
  minute timestamp with time zone not null,
  occurrences integer not null default 1,
  at timestamp with time zone not null default now(),
  chain_no bigint,
  details_digest bytea
);

create table auto_top_up (
  id text not null,
  account_id text not null,
  feature text not null,
  package text not null,
  quantity integer not null,
  amount_minor bigint not null,
  currency text not null,
  max_per_month integer not null,
  created_by text not null,
  since timestamp with time zone not null,
  ended_at timestamp with time zone,
  stopped_at timestamp with time zone,
  stop_reason text
);

create table billing_customer (
  account_id text not null,
  provider text not null,
  customer_id text,
  email text not null,
  name text,
  created_at timestamp with time zone not null default now()
);

create table billing_notice (
  id text not null,
  account_id text not null,
  subscription_id text not null,
  kind text not null,
  key text not null,
  at timestamp with time zone not null
);

create table billing_subscription (
  id text not null,
  account_id text not null,
  provider text not null,
  external_id text not null,
  status text not null,
  plan_version_id text not null,
  quantity integer not null default 1,
  current_period_start timestamp with time zone,
  current_period_end timestamp with time zone,
  trial_end timestamp with time zone,
  cancel_at timestamp with time zone,
  canceled_at timestamp with time zone,
  started_at timestamp with time zone not null,
  fence bigint not null,
  recorded_at timestamp with time zone not null default now(),
  grace_until timestamp with time zone,
  access_ended_at timestamp with time zone,
  payment_method jsonb,
  days_until_due integer,
  checkout_id text,
  reopened_seen_at timestamp with time zone,
  discounts jsonb not null default '[]'::jsonb,
  suspended_at timestamp with time zone,
  pause jsonb
);

create table broker_message (
  id text not null,
  account_id text,
  routing_key text not null,
  body jsonb not null,
  state text not null default 'PENDING'::text,
  attempts integer not null default 0,
  last_error text,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone,
  body_text text
);

create table business_clock (
  id integer not null,
  now timestamp with time zone not null
);

create table catalog_version (
  number integer not null,
  source text not null,
  text text not null,
  file_fingerprint text not null,
  revision integer not null default 0,
  author text,
  reason text,
  at timestamp with time zone not null default now()
);

create table category (
  id text not null,
  code text not null,
  title text not null,
  priority integer not null default 0,
  metadata jsonb not null
);

create table checkout (
  id text not null,
  account_id text not null,
  provider text not null,
  status text not null,
  group_code text,
  offer text not null,
  product_id text not null,
  plan_version_id text,
  price_id text not null,
  quantity integer not null default 1,
  amount_minor bigint not null,
  currency text not null,
  trial_days integer not null default 0,
  session_id text,
  url text,
  success_url text not null,
  cancel_url text not null,
  status_reason text,
  resolution text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  recorded_at timestamp with time zone not null default now(),
  package_version_id text,
  invoice_terms jsonb,
  promotion_code text,
  promotion_id text,
  request_id text,
  starts_at timestamp with time zone,
  requested_at timestamp with time zone not null default now(),
  challenge_id text,
  granted_token text
);

create table command (
  id text not null,
  account_id text not null,
  deployment_id text not null,
  deployment_hash text not null,
  type text not null,
  app_code text,
  priority integer not null,
  parameters jsonb not null,
  status text not null,
  attempt integer not null default 0,
  timeout_seconds integer not null,
  lease_until timestamp with time zone,
  superseded_at timestamp with time zone,
  result jsonb,
  error jsonb,
  warnings jsonb not null,
  created_by_user_id text,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  parameters_sealed text,
  updated_at timestamp with time zone not null default now(),
  instance text,
  queue_position bigint not null default '0'::bigint,
  expires_at timestamp with time zone,
  redelivery_count integer not null default 0,
  cancel_requested_at timestamp with time zone,
  report_id text
);

create table command_report (
  id text not null,
  account_id text not null,
  command_id text not null,
  received_at timestamp with time zone not null default now(),
  body bytea not null,
  encoding text not null
);

create table compose_agent (
  id text not null,
  account_id text not null,
  deployment_id text not null,
  url text not null,
  token_hash text not null,
  version text,
  healthy boolean not null default true,
  token_failed_at timestamp with time zone,
  last_heartbeat_at timestamp with time zone not null default now(),
  registered_at timestamp with time zone not null default now()
);

create table counted_checkout (
  checkout_id text not null,
  account_id text not null,
  completed boolean not null
);

create table counted_purchase (
  purchase_id text not null,
  account_id text not null,
  reversed_minor bigint not null
);

create table credit_adjustment (
  id text not null,
  account_id text not null,
  provider text not null,
  cause text not null,
  amount_minor bigint not null,
  currency text not null,
  reason text not null,
  status text not null default 'CREATING'::text,
  done_minor bigint not null default '0'::bigint,
  purchase_id text,
  created_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now()
);

create table credit_daily (
  day date not null,
  feature text not null,
  granted bigint not null default '0'::bigint,
  expired bigint not null default '0'::bigint
);

create table credit_debt (
  account_id text not null,
  feature text not null,
  amount bigint not null
);

create table credit_grant (
  id text not null,
  account_id text not null,
  feature text not null,
  amount bigint not null,
  used bigint not null default '0'::bigint,
  reserved bigint not null default '0'::bigint,
  expired bigint not null default '0'::bigint,
  revoked bigint not null default '0'::bigint,
  granted_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  source_kind text not null,
  source_code text not null,
  cause_type text not null,
  cause_id text not null,
  flags text[] not null default '{}'::text[],
  open boolean not null default true,
  usage_period_start timestamp with time zone,
  used_before_period bigint not null default '0'::bigint
);

create table deployment (
  id text not null,
  hash text not null,
  account_id text not null,
  template_id text,
  template_version integer,
  stack text not null,
  name text,
  status text not null,
  apps jsonb not null,
  version bigint not null default '0'::bigint,
  created_at timestamp with time zone not null,
  started_by_user_id text,
  stopped_at timestamp with time zone,
  recorded_at timestamp with time zone not null default now(),
  completed_at timestamp with time zone,
  server_address text,
  server text,
  values_sealed text
);

create table dispute (
  id text not null,
  account_id text not null,
  purchase_id text not null,
  provider text not null,
  external_id text not null,
  status text not null,
  amount_minor bigint not null,
  currency text not null,
  opened_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now()
);

create table earnings_entry (
  id text not null,
  account_id text not null,
  vendor_id text not null,
  kind text not null,
  purchase_id text,
  payout_id text,
  gross_minor bigint not null default '0'::bigint,
  amount_minor bigint not null,
  currency text not null,
  share_basis_points integer,
  at timestamp with time zone not null
);

create table enrollment_token (
  id text not null,
  account_id text not null,
  deployment_id text not null,
  token_hash text not null,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone
);

create table entitlement_override (
  id text not null,
  account_id text not null,
  feature text not null,
  amount bigint,
  unlimited boolean not null default false,
  reason text not null,
  since timestamp with time zone not null,
  until timestamp with time zone,
  ended_at timestamp with time zone,
  set_by text not null
);

create table external_plan (
  account_id text not null,
  source text not null,
  event_id text not null,
  event_at timestamp with time zone not null,
  plan text,
  quantity integer,
  period_start timestamp with time zone,
  period_end timestamp with time zone
);

create table idempotency_key (
  principal text not null,
  account_id text not null,
  mutation text not null,
  key text not null,
  fingerprint text not null,
  result_type text,
  result_id text,
  created_at timestamp with time zone not null default now()
);

create table inbox_event (
  id text not null,
  provider text not null,
  event_id text not null,
  type text not null,
  object_key text not null,
  livemode boolean not null,
  payload jsonb not null,
  state text not null default 'RECEIVED'::text,
  attempts integer not null default 0,
  state_reason text,
  effects text[] not null default '{}'::text[],
  received_at timestamp with time zone not null default now(),
  processed_at timestamp with time zone,
  transmission_id text,
  body_digest text not null default ''::text
);

create table inbox_object (
  provider text not null,
  object_key text not null,
  pending boolean not null default true,
  generation bigint not null default '1'::bigint,
  attempts integer not null default 0,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone,
  unreachable boolean not null default false
);

create table installation (
  id integer not null,
  business text not null,
  created_at timestamp with time zone not null default now(),
  secrets_key_ids text[] not null default '{}'::text[]
);

create table invariant_round (
  id integer not null,
  number integer not null,
  after text,
  found jsonb not null,
  results jsonb not null,
  checked_at timestamp with time zone
);

create table invitation (
  id text not null,
  account_id text not null,
  email text not null,
  role text not null,
  token_hash text not null,
  invited_by text not null,
  mails_sent integer not null default 1,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  accepted_by text,
  canceled_at timestamp with time zone
);

create table invoice (
  id text not null,
  account_id text not null,
  provider text not null,
  external_id text not null,
  subscription_id text,
  number text,
  status text not null,
  total_minor bigint not null,
  currency text not null,
  created_at timestamp with time zone not null,
  hosted_url text,
  pdf_url text,
  lines jsonb not null,
  fence bigint not null,
  recorded_at timestamp with time zone not null default now(),
  credit_minor bigint not null default '0'::bigint,
  tax_minor bigint not null default '0'::bigint,
  included_tax_minor bigint not null default '0'::bigint,
  amount_due_minor bigint not null default '0'::bigint,
  amount_paid_minor bigint not null default '0'::bigint,
  due_at timestamp with time zone,
  is_sent boolean not null default false,
  is_paid_elsewhere boolean not null default false,
  reverted boolean not null default false,
  credit_notes jsonb not null default '[]'::jsonb,
  recorded_payment jsonb,
  paid_at timestamp with time zone,
  reverted_after text
);

create table journal_period (
  month text not null,
  closed_at timestamp with time zone not null,
  closed_by text not null
);

create table journal_posting (
  month text not null,
  "position" integer not null,
  key text not null,
  origin text not null,
  kind text not null,
  at timestamp with time zone not null,
  account text,
  document text not null,
  currency text not null,
  ledger_account text not null,
  amount_minor bigint not null
);

create table ledger_entry (
  account_id text not null,
  version bigint not null,
  operation_no integer not null,
  entry_no integer not null,
  kind text not null,
  feature text not null,
  grant_id text,
  window_start timestamp with time zone,
  window_end timestamp with time zone,
  amount bigint not null,
  balance_after bigint not null,
  source text,
  at timestamp with time zone not null,
  reference text,
  note text,
  reservation text,
  mutation text,
  principal text,
  key text,
  request_fingerprint text,
  operation_total bigint,
  price jsonb,
  sub_account_id text,
  reference_digest bytea,
  note_digest bytea,
  user_id text,
  api_key_id text
);

create table ledger_root (
  number integer not null,
  at timestamp with time zone not null,
  content text not null,
  key_id text not null,
  signature text not null,
  created_at timestamp with time zone not null default now()
);

create table ledger_root_block (
  root_number integer not null,
  block integer not null,
  first_account text not null,
  first_log text not null,
  digest bytea not null
);

create table mail_message (
  id text not null,
  account_id text not null,
  state text not null default 'PENDING'::text,
  recipient text not null,
  language text not null default 'EN'::text,
  subject text not null,
  body text not null,
  html text not null,
  at timestamp with time zone not null,
  attempts integer not null default 0,
  last_error text,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone,
  sent_at timestamp with time zone,
  secret_sealed text
);

create table member (
  account_id text not null,
  user_id text not null,
  id text not null,
  role text not null,
  since timestamp with time zone not null default now()
);

create table member_count (
  account_id text not null,
  changed_at timestamp with time zone not null,
  members integer not null,
  peak integer not null
);

create table migration (
  id integer not null default nextval('migration_id_seq'::regclass),
  name character varying(255) not null,
  executed_at timestamp(6) with time zone not null default CURRENT_TIMESTAMP(6)
);

create table negotiated_plan (
  id text not null,
  account_id text not null,
  price_id text not null,
  quantity integer not null,
  periods integer,
  until timestamp with time zone,
  accept_until timestamp with time zone not null,
  reason text,
  offered_by text not null,
  offered_at timestamp with time zone not null,
  withdrawn_at timestamp with time zone,
  subscription_id text,
  started_at timestamp with time zone,
  ends_at timestamp with time zone,
  notified_at timestamp with time zone,
  ended_at timestamp with time zone
);

create table operator_event (
  id text not null,
  transaction_id xid8 not null default pg_current_xact_id(),
  account_id text,
  type text not null,
  summary text not null,
  subject_type text,
  subject_id text,
  data jsonb not null,
  at timestamp with time zone not null default now()
);

create table outbox_event (
  id text not null,
  type text not null,
  account_id text,
  payload jsonb not null,
  request_id text,
  state text not null default 'PENDING'::text,
  attempts integer not null default 0,
  last_error text,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  relayed_at timestamp with time zone
);

create table overage_usage (
  account_id text not null,
  window_end timestamp with time zone not null,
  feature text not null,
  window_start timestamp with time zone not null,
  tariff text not null,
  used bigint not null,
  reserved bigint not null,
  invoiced bigint not null default '0'::bigint
);

create table package (
  id text not null,
  code text not null,
  type text not null,
  product_id text not null,
  fingerprint text not null,
  active boolean not null default true,
  created_at timestamp with time zone not null default now()
);

create table package_assignment (
  id text not null,
  account_id text not null,
  package_version_id text not null,
  quantity integer not null default 1,
  source_type text not null,
  source_id text not null,
  package_code text not null,
  since timestamp with time zone not null,
  ends_at timestamp with time zone,
  ended_at timestamp with time zone,
  raises jsonb
);

create table package_version (
  id text not null,
  package_id text not null,
  version integer not null,
  fingerprint text not null,
  terms jsonb not null,
  created_at timestamp with time zone not null default now()
);

create table plan (
  id text not null,
  code text not null,
  group_code text not null,
  product_id text not null,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  hidden boolean not null default false
);

create table plan_assignment (
  id text not null,
  account_id text not null,
  group_code text not null,
  plan_version_id text not null,
  source_type text not null,
  source_id text not null,
  quantity integer not null default 1,
  currency text,
  since timestamp with time zone not null,
  period_end timestamp with time zone,
  expires_at timestamp with time zone,
  ended_at timestamp with time zone,
  billing_anchor timestamp with time zone,
  windows_since timestamp with time zone,
  reason text,
  set_by text,
  notified_at timestamp with time zone,
  raises jsonb
);

create table plan_migration (
  id text not null,
  plan_id text not null,
  to_plan_version_id text not null,
  state text not null default 'RUNNING'::text,
  requested_by text not null,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  last_error text,
  recorded_at timestamp with time zone not null default now()
);

create table plan_migration_step (
  id text not null,
  migration_id text not null,
  account_id text not null,
  subscription_id text not null,
  from_plan_version_id text not null,
  state text not null default 'PENDING'::text,
  from_price_id text,
  to_price_id text,
  change_id text,
  effective_at timestamp with time zone,
  skipped_reason text,
  error text,
  attempts integer not null default 0,
  processed_at timestamp with time zone
);

create table plan_version (
  id text not null,
  plan_id text not null,
  version integer not null,
  fingerprint text not null,
  terms jsonb not null,
  created_at timestamp with time zone not null default now()
);

create table policy (
  id text not null,
  subject text not null,
  object text not null,
  action text not null,
  created_at timestamp with time zone not null default now(),
  removed_at timestamp with time zone
);

create table price (
  id text not null,
  product_id text not null,
  currency text not null,
  amount_minor bigint not null,
  "interval" text not null,
  trial_days integer not null default 0,
  per text,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  negotiated boolean not null default false,
  plan_version_id text
);

create table price_feed (
  feature text not null,
  checked_at timestamp with time zone not null,
  terms text not null,
  etag text,
  last_modified text,
  failure text
);

create table price_list (
  id text not null,
  feature text not null,
  status text not null,
  held boolean not null,
  changes jsonb not null,
  differences jsonb not null default '[]'::jsonb,
  proposed_at timestamp with time zone not null,
  version integer,
  applied_at timestamp with time zone,
  decided_by text,
  reason text
);

create table product (
  id text not null,
  type text not null,
  code text not null,
  name text not null,
  external_id text,
  vendor_id text,
  active boolean not null default true,
  created_at timestamp with time zone not null default now()
);

create table product_subscription (
  id text not null,
  account_id text not null,
  provider text not null,
  external_id text not null,
  product_id text not null,
  package_version_id text,
  price_id text not null,
  quantity integer not null default 1,
  status text not null,
  current_period_end timestamp with time zone,
  cancel_at timestamp with time zone,
  started_at timestamp with time zone not null,
  fence bigint not null,
  recorded_at timestamp with time zone not null default now()
);

create table provider_price (
  provider text not null,
  price_id text not null,
  external_id text not null,
  external_product_id text not null,
  created_at timestamp with time zone not null default now()
);

create table purchase (
  id text not null,
  account_id text not null,
  provider text not null,
  product_id text not null,
  package_version_id text,
  checkout_id text,
  payment_id text,
  invoice_id text,
  subscription_id text,
  status text not null,
  quantity integer not null default 1,
  amount_minor bigint not null,
  currency text not null,
  refunded_minor bigint not null default '0'::bigint,
  reversed_minor bigint not null default '0'::bigint,
  purchased_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  fence bigint not null,
  recorded_at timestamp with time zone not null default now(),
  tax_minor bigint not null default '0'::bigint,
  credit_minor bigint not null default '0'::bigint,
  credited_minor bigint not null default '0'::bigint,
  step jsonb,
  reverted boolean not null default false,
  receipt_url text,
  receipt_number integer,
  receipt_buyer jsonb,
  overage boolean not null default false,
  reverted_after text
);

create table purchase_credit (
  provider text not null,
  account_id text not null,
  invoice_id text not null,
  purchase_id text not null,
  amount_minor bigint not null
);

create table quota_usage (
  account_id text not null,
  window_end timestamp with time zone not null,
  feature text not null,
  window_start timestamp with time zone not null,
  used bigint not null,
  reserved bigint not null
);

create table rate_limit_counter (
  key text not null,
  points integer not null default 0,
  expire bigint
);

create table rated_usage (
  account_id text not null,
  window_end timestamp with time zone not null,
  feature text not null,
  line text not null,
  window_start timestamp with time zone not null,
  quantity bigint not null,
  fraction bigint not null
);

create table reconciliation_report (
  day text not null,
  content text not null,
  key_id text not null,
  signature text not null,
  created_at timestamp with time zone not null default now()
);

create table reconciliation_run (
  id text not null,
  provider text not null,
  scope text not null,
  requested_by text,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  checked bigint not null default 0,
  drift jsonb not null,
  found integer not null default 0,
  healed integer not null default 0,
  error text,
  totals jsonb not null default '[]'::jsonb,
  subject_account text,
  since timestamp with time zone,
  until timestamp with time zone
);

create table reconciliation_schedule (
  provider text not null,
  scope text not null,
  last_started_at timestamp with time zone not null
);

create table recurring_period (
  subscription_id text not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  account_id text not null,
  plan_id text,
  currency text not null,
  yearly_minor bigint not null
);

create table refund (
  id text not null,
  account_id text not null,
  purchase_id text not null,
  provider text not null,
  external_id text,
  status text not null,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  requested_by text,
  created_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now()
);

create table requested_cancellation (
  provider text not null,
  external_id text not null,
  account_id text not null,
  requested_at timestamp with time zone not null
);

create table reservation (
  account_id text not null,
  version bigint not null,
  operation_no integer not null,
  feature text not null,
  amount bigint not null,
  status text not null,
  parts jsonb not null,
  terms jsonb,
  sub_account_id text,
  reference text,
  note text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  user_id text
);

create table retired_agent_token (
  token_hash text not null,
  account_id text not null,
  agent_id text not null,
  token_sealed text not null,
  accepted_until timestamp with time zone not null,
  retired_at timestamp with time zone not null default now()
);

create table sales_daily (
  day date not null,
  product_id text not null,
  currency text not null,
  purchases bigint not null default '0'::bigint,
  gross_minor bigint not null default '0'::bigint,
  reversed_minor bigint not null default '0'::bigint,
  checkouts_started bigint not null default '0'::bigint,
  checkouts_completed bigint not null default '0'::bigint
);

create table scheduled_job (
  id text not null,
  kind text not null,
  key text not null,
  account_id text,
  run_at timestamp with time zone not null,
  attempts integer not null default 0,
  last_error text,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone
);

create table server_load (
  deployment_id text not null,
  started_at timestamp with time zone not null,
  width integer not null,
  account_id text not null,
  cpu_count integer not null,
  cpu_sum double precision not null,
  cpu_max double precision,
  memory_count integer not null,
  memory_sum double precision not null,
  memory_max double precision,
  disk_count integer not null,
  disk_sum double precision not null,
  disk_max double precision
);

create table server_metrics (
  deployment_id text not null,
  account_id text not null,
  metrics jsonb not null,
  received_at timestamp with time zone not null default now()
);

create table service_key (
  id text not null,
  name text not null,
  secret_hash text not null,
  previous_secret_hash text,
  previous_until timestamp with time zone,
  scopes text[] not null,
  permissions text[],
  account_id text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_by text,
  last_used_at timestamp with time zone
);

create table signing_key (
  id text not null,
  public_key text not null,
  private_sealed text not null,
  created_at timestamp with time zone not null default now()
);

create table spend_cap (
  id text not null,
  account_id text not null,
  feature text not null,
  period text not null,
  set_by_operator boolean not null,
  amount bigint not null,
  currency text,
  sub_account_id text,
  user_id text,
  alert_percents integer[] not null,
  created_by text not null,
  since timestamp with time zone not null,
  ended_at timestamp with time zone,
  period_start timestamp with time zone not null,
  used bigint not null,
  rounded_up integer not null default 0
);

create table stored_secret (
  path text not null,
  sealed text not null,
  updated_at timestamp with time zone not null default now()
);

create table stream_event (
  stream_id text not null,
  sequence bigint not null,
  id text not null,
  account_id text not null,
  type text not null,
  summary text not null,
  subject_type text,
  subject_id text,
  changes_entitlements boolean not null default false,
  data jsonb not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  transaction_id xid8 not null default pg_current_xact_id()
);

create table sub_account (
  account_id text not null,
  parent_id text not null,
  since timestamp with time zone not null
);

create table subscriber_period (
  account_id text not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone
);

create table subscription_change (
  id text not null,
  account_id text not null,
  subscription_id text not null,
  kind text not null,
  status text not null,
  at text not null,
  from_plan_version_id text,
  from_price_id text,
  from_quantity integer,
  to_plan_version_id text,
  to_price_id text,
  to_quantity integer,
  as_of timestamp with time zone not null,
  effective_at timestamp with time zone not null,
  action_url text,
  reason text,
  failure_reason text,
  recorded_at timestamp with time zone not null default now(),
  pushed_to_provider boolean not null default true,
  trial_until timestamp with time zone,
  resumes_at timestamp with time zone,
  attempt integer not null default 0,
  unused_time jsonb,
  credited_minor bigint,
  promotion_code text,
  promotion_id text
);

create table subscription_item (
  id text not null,
  account_id text not null,
  subscription_id text not null,
  external_id text not null,
  price_id text not null,
  quantity integer not null default 1,
  current_period_end timestamp with time zone
);

create table template (
  id text not null,
  slug text not null,
  name text not null,
  short_description text,
  long_description text,
  category_id text,
  vendor_id text,
  tags text[] not null default '{}'::text[],
  version integer not null default 1,
  status text not null,
  stack text not null,
  is_from_marketplace boolean not null default true,
  required_plan text,
  definition jsonb not null,
  infrastructure_requirements jsonb,
  tech_stack jsonb,
  rating double precision,
  rating_count integer not null default 0,
  install_count integer not null default 0,
  view_count integer not null default 0,
  created_at timestamp with time zone not null default now(),
  approved_at timestamp with time zone,
  free_forever boolean not null default false,
  deleted_at timestamp with time zone,
  rating_sum integer not null default 0,
  sale_count integer not null default 0,
  updated_at timestamp with time zone,
  icon text,
  pictures text[] not null default '{}'::text[],
  links jsonb not null default '[]'::jsonb,
  definition_text text,
  parameters jsonb not null default '[]'::jsonb,
  files jsonb not null default '[]'::jsonb
);

create table template_install (
  deployment_id text not null,
  template_id text not null,
  account_id text not null,
  counted boolean not null default false,
  at timestamp with time zone not null
);

create table template_ownership (
  id text not null,
  account_id text not null,
  template_id text not null,
  source_type text not null,
  source_id text not null,
  since timestamp with time zone not null,
  expires_at timestamp with time zone,
  suspended boolean not null default false,
  ended_at timestamp with time zone,
  counted boolean not null default false
);

create table template_rating (
  id text not null,
  template_id text not null,
  account_id text not null,
  stars integer not null,
  comment text,
  at timestamp with time zone not null
);

create table template_review (
  id text not null,
  template_id text not null,
  version integer not null,
  decision text not null,
  reason text,
  checklist jsonb not null,
  reviewer text not null,
  at timestamp with time zone not null
);

create table template_source (
  template_id text not null,
  numeric_id boolean not null,
  vendor_user_id text,
  vendor_name text,
  approval text,
  synced_at timestamp with time zone not null default now()
);

create table template_sync_message (
  id text not null,
  template_id text not null,
  action text not null,
  body jsonb not null,
  state text not null default 'PENDING'::text,
  attempts integer not null default 0,
  last_status_code integer,
  last_error text,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone
);

create table template_version (
  id text not null,
  template_id text not null,
  number integer not null,
  status text not null,
  content jsonb not null,
  reason text,
  submitted_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  created_at timestamp with time zone not null
);

create table top_up (
  id text not null,
  account_id text not null,
  auto_top_up_id text not null,
  crossing integer not null,
  feature text not null,
  provider text not null,
  status text not null,
  failure_reason text,
  product_id text not null,
  package_version_id text not null,
  quantity integer not null,
  amount_minor bigint not null,
  currency text not null,
  customer_id text,
  method_id text,
  payment_id text,
  invoice_id text,
  created_at timestamp with time zone not null,
  charged_at timestamp with time zone,
  completed_at timestamp with time zone,
  recorded_at timestamp with time zone not null default now()
);

create table trial_record (
  account_id text not null,
  plan_id text not null,
  person_key text,
  email_key text,
  card_key text,
  began_at timestamp with time zone
);

create table unlisted_value (
  feature text not null,
  dimension text not null,
  value text not null,
  found_at timestamp with time zone not null
);

create table usage_amendment (
  id text not null,
  account_id text not null,
  version bigint not null,
  operation_no integer not null,
  consumption_version bigint not null,
  consumption_operation_no integer not null,
  feature text not null,
  amount bigint not null,
  lost bigint not null,
  debt_reduced bigint not null,
  remaining bigint not null,
  invoice_effect text not null,
  reason text not null,
  amended_by text not null,
  at timestamp with time zone not null
);

create table usage_batch (
  id text not null,
  name text not null,
  reason text not null,
  owner text not null,
  opened_by text not null,
  state text not null default 'OPEN'::text,
  created_at timestamp with time zone not null,
  closed_by text,
  closed_at timestamp with time zone,
  reverted_by text,
  revert_reason text,
  reverted_at timestamp with time zone,
  last_error text,
  recorded_at timestamp with time zone not null default now()
);

create table usage_batch_line (
  id text not null,
  account_id text not null,
  batch_id text not null,
  key text not null,
  request text not null,
  feature text not null,
  amount bigint,
  work jsonb,
  properties jsonb,
  used_at timestamp with time zone,
  state text not null default 'PENDING'::text,
  consumption_id text,
  units bigint,
  returned bigint,
  lost bigint,
  denial_code text,
  denial_message text,
  processed_at timestamp with time zone,
  reverted_at timestamp with time zone,
  user_id text
);

create table usage_compared_use (
  id text not null,
  account_id text not null,
  comparison_id text not null,
  key text not null,
  request text not null,
  feature text not null,
  used_at timestamp with time zone not null,
  differences text[] not null,
  theirs jsonb not null,
  ours jsonb not null,
  recorded_at timestamp with time zone not null default now()
);

create table usage_comparison (
  id text not null,
  name text not null,
  reason text not null,
  started_by text not null,
  started_at timestamp with time zone not null,
  ended_by text,
  end_reason text,
  ended_at timestamp with time zone,
  usage_batch_id text,
  recorded_at timestamp with time zone not null default now(),
  progressed_at timestamp with time zone
);

create table usage_comparison_account (
  id text not null,
  account_id text not null,
  comparison_id text not null,
  state jsonb not null,
  ended_at timestamp with time zone
);

create table usage_daily (
  day date not null,
  plan_code text not null,
  feature text not null,
  used bigint not null
);

create table usage_report (
  id text not null,
  account_id text not null,
  provider text not null,
  feature text not null,
  meter text not null,
  from_version bigint not null,
  to_version bigint not null,
  amount bigint not null,
  at timestamp with time zone not null,
  state text not null default 'PENDING'::text,
  first_sent_at timestamp with time zone,
  last_error text,
  lines jsonb,
  invoice_id text,
  sent_with text,
  replaces text,
  closed_at timestamp with time zone
);

create table usage_rollup (
  account_id text not null,
  period text not null,
  feature text not null,
  starts_at timestamp with time zone not null,
  currency text not null,
  sub_account_id text not null,
  user_id text not null,
  api_key_id text not null,
  dimensions jsonb not null,
  used bigint not null,
  cost_minor bigint not null,
  provider_cost numeric not null default 0,
  unknown_costs bigint not null default '0'::bigint
);

create table usage_warning (
  account_id text not null,
  feature text not null,
  period timestamp with time zone not null,
  threshold integer not null,
  warned_at timestamp with time zone not null
);

create table usage_watermark (
  account_id text not null,
  feature text not null,
  version bigint not null
);

create table vendor (
  id text not null,
  name text not null,
  verified boolean not null default false,
  account_id text,
  description text,
  website text,
  created_at timestamp with time zone not null default now(),
  payout_account_id text
);

create table vendor_payout (
  id text not null,
  account_id text not null,
  vendor_id text not null,
  method text not null,
  status text not null,
  amount_minor bigint not null,
  currency text not null,
  reference text,
  payout_account_id text,
  external_id text,
  failure_reason text,
  requested_by text not null,
  created_at timestamp with time zone not null,
  completed_at timestamp with time zone
);

create table webhook_delivery (
  id text not null,
  endpoint_id text not null,
  account_id text,
  event_id text not null,
  type text not null,
  body text not null,
  state text not null default 'PENDING'::text,
  attempts integer not null default 0,
  last_status_code integer,
  last_error text,
  attempt_log jsonb not null,
  available_at timestamp with time zone not null default now(),
  lease_token text,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  delivered_at timestamp with time zone
);

create table webhook_endpoint (
  id text not null,
  account_id text,
  url text not null,
  description text,
  types text[] not null,
  enabled boolean not null default true,
  disabled_reason text,
  failing_since timestamp with time zone,
  secret text not null,
  previous_secret text,
  previous_until timestamp with time zone,
  created_by text not null,
  deleted_at timestamp with time zone,
  created_at timestamp with time zone not null default now()
);

-- Owners
alter sequence migration_id_seq owned by migration.id;

-- Constraints
alter table accepted_drift add constraint accepted_drift_pkey PRIMARY KEY (provider, kind, object, fingerprint);
alter table account add constraint account_pkey PRIMARY KEY (id);
alter table account add constraint account_kind CHECK ((kind = ANY (ARRAY['PERSON'::text, 'TEAM'::text, 'COMMUNITY'::text, 'CUSTOMER'::text])));
alter table account_chain add constraint account_chain_pkey PRIMARY KEY (account_id, log);
alter table account_chain add constraint account_chain_log CHECK ((log = ANY (ARRAY['AUDIT'::text, 'LEDGER'::text])));
alter table account_chain_link add constraint account_chain_link_pkey PRIMARY KEY (account_id, log, number);
alter table account_chain_link add constraint account_chain_link_log CHECK ((log = ANY (ARRAY['AUDIT'::text, 'LEDGER'::text])));
alter table account_directory add constraint account_directory_pkey PRIMARY KEY (kind, name);
alter table account_directory add constraint account_directory_kind CHECK ((kind = ANY (ARRAY['ACCOUNT'::text, 'CUSTOMER'::text, 'DELETED_ACCOUNT'::text, 'DEPLOYMENT'::text, 'ENROLLMENT_TOKEN'::text, 'INVITATION'::text])));
alter table account_export_part add constraint account_export_part_pkey PRIMARY KEY (job_id, "position", account_id);
alter table account_job add constraint account_job_pkey PRIMARY KEY (id, account_id);
alter table account_job add constraint account_job_kind CHECK ((kind = ANY (ARRAY['EXPORT'::text, 'DELETION'::text])));
alter table account_job add constraint account_job_state CHECK ((state = ANY (ARRAY['SCHEDULED'::text, 'RUNNING'::text, 'COMPLETED'::text, 'CANCELED'::text])));
alter table adopted_balance add constraint adopted_balance_pkey PRIMARY KEY (account_id, provider, feature);
alter table adopted_customer add constraint adopted_customer_pkey PRIMARY KEY (account_id, provider);
alter table agent add constraint agent_pkey PRIMARY KEY (id, account_id);
alter table agent add constraint agent_deployment UNIQUE (deployment_id, account_id);
alter table agent add constraint agent_presence CHECK ((presence = ANY (ARRAY['ONLINE'::text, 'BUSY'::text, 'OFFLINE'::text, 'DEGRADED'::text])));
alter table agent_alarm add constraint agent_alarm_pkey PRIMARY KEY (id, account_id);
alter table agent_alarm add constraint agent_alarm_once UNIQUE (deployment_id, kind, severity, recovered, occurred_at, account_id);
alter table agent_nonce add constraint agent_nonce_pkey PRIMARY KEY (agent_id, request_id, account_id);
alter table agent_notification add constraint agent_notification_pkey PRIMARY KEY (id);
alter table agent_notification add constraint agent_notification_kind CHECK ((kind = ANY (ARRAY['stack_update_available'::text, 'stack_published'::text, 'system_notice'::text])));
alter table agent_outage add constraint agent_outage_pkey PRIMARY KEY (id, account_id);
alter table agent_outage add constraint agent_outage_kind CHECK ((kind = ANY (ARRAY['STATUS_PANEL'::text, 'COMPOSE_AGENT'::text])));
alter table alert add constraint alert_pkey PRIMARY KEY (id, account_id);
alter table alert add constraint alert_action CHECK ((action = ANY (ARRAY['NOTIFY'::text, 'TOP_UP'::text])));
alter table alert add constraint alert_base CHECK ((base >= 0));
alter table alert add constraint alert_basis CHECK ((basis = ANY (ARRAY['ALLOWANCE'::text, 'BALANCE'::text, 'FORECAST'::text])));
alter table alert add constraint alert_crossings CHECK ((crossings >= 0));
alter table alert add constraint alert_level CHECK ((num_nonnulls(percent, units) =
CASE basis
    WHEN 'FORECAST'::text THEN 0
    ELSE 1
END));
alter table alert add constraint alert_percent CHECK (((percent > 0) AND (percent <= 100)));
alter table alert add constraint alert_units CHECK ((units > 0));
alter table alert_crossing add constraint alert_crossing_pkey PRIMARY KEY (account_id, alert_id, key);
alter table allocation add constraint allocation_pkey PRIMARY KEY (account_id, feature, resource_id);
alter table allocation_period add constraint allocation_period_pkey PRIMARY KEY (account_id, feature, resource_id, allocated_at);
alter table analytics_checkpoint add constraint analytics_checkpoint_pkey PRIMARY KEY (account_id);
alter table app_state add constraint app_state_pkey PRIMARY KEY (deployment_id, app_code, account_id);
alter table app_state add constraint app_state_health CHECK ((health = ANY (ARRAY['OK'::text, 'UNHEALTHY'::text, 'UNKNOWN'::text])));
alter table app_state add constraint app_state_status CHECK ((status = ANY (ARRAY['RUNNING'::text, 'STOPPED'::text, 'ERROR'::text])));
alter table app_user add constraint app_user_pkey PRIMARY KEY (id);
alter table app_user add constraint app_user_language CHECK ((language = ANY (ARRAY['EN'::text, 'DE'::text, 'ES'::text])));
alter table app_user add constraint user_subject_unique UNIQUE (subject);
alter table audit_entry add constraint audit_entry_pkey PRIMARY KEY (id);
alter table audit_entry add constraint audit_entry_minute UNIQUE (minute, actor, action, object);
alter table auto_top_up add constraint auto_top_up_pkey PRIMARY KEY (id, account_id);
alter table auto_top_up add constraint auto_top_up_amounts CHECK (((amount_minor > 0) AND (quantity > 0) AND (max_per_month > 0)));
alter table auto_top_up add constraint auto_top_up_stop_reason CHECK ((stop_reason = ANY (ARRAY['DECLINED'::text, 'AUTHENTICATION_REQUIRED'::text, 'NO_PAYMENT_METHOD'::text, 'PRICE_CHANGED'::text, 'NOT_FOR_SALE'::text, 'REVERSED'::text, 'DISPUTED'::text, 'UNKNOWN_RESULT'::text, 'REQUEST_REJECTED'::text])));
alter table billing_customer add constraint billing_customer_pkey PRIMARY KEY (account_id, provider);
alter table billing_customer add constraint billing_customer_provider_id UNIQUE (provider, customer_id, account_id);
alter table billing_notice add constraint billing_notice_pkey PRIMARY KEY (id, account_id);
alter table billing_notice add constraint billing_notice_once UNIQUE (subscription_id, kind, key, account_id);
alter table billing_subscription add constraint billing_subscription_pkey PRIMARY KEY (id, account_id);
alter table billing_subscription add constraint billing_subscription_external UNIQUE (provider, external_id, account_id);
alter table billing_subscription add constraint billing_subscription_status CHECK ((status = ANY (ARRAY['TRIALING'::text, 'ACTIVE'::text, 'PAST_DUE'::text, 'UNPAID'::text, 'PAUSED'::text, 'INCOMPLETE'::text, 'INCOMPLETE_EXPIRED'::text, 'CANCELED'::text])));
alter table broker_message add constraint broker_message_pkey PRIMARY KEY (id);
alter table broker_message add constraint broker_message_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'DEAD'::text])));
alter table business_clock add constraint business_clock_pkey PRIMARY KEY (id);
alter table business_clock add constraint business_clock_one_row CHECK ((id = 1));
alter table catalog_version add constraint catalog_version_pkey PRIMARY KEY (number);
alter table catalog_version add constraint catalog_version_number CHECK ((number >= 0));
alter table catalog_version add constraint catalog_version_source CHECK ((source = ANY (ARRAY['FILE'::text, 'EDITOR'::text])));
alter table category add constraint category_pkey PRIMARY KEY (id);
alter table category add constraint category_code UNIQUE (code);
alter table checkout add constraint checkout_pkey PRIMARY KEY (id, account_id);
alter table checkout add constraint checkout_amount CHECK (((amount_minor >= 0) AND (quantity > 0)));
alter table checkout add constraint checkout_resolution CHECK ((resolution = ANY (ARRAY['RELEASED'::text, 'REFUNDED'::text])));
alter table checkout add constraint checkout_session UNIQUE (provider, session_id, account_id);
alter table checkout add constraint checkout_status CHECK ((status = ANY (ARRAY['CREATING'::text, 'OPEN'::text, 'PROCESSING'::text, 'COMPLETED'::text, 'EXPIRED'::text, 'FAILED'::text, 'CANCELLED'::text, 'QUARANTINED'::text])));
alter table command add constraint command_pkey PRIMARY KEY (id, account_id);
alter table command add constraint command_priority CHECK (((priority >= 0) AND (priority <= 3)));
alter table command add constraint command_status CHECK ((status = ANY (ARRAY['QUEUED'::text, 'LEASED'::text, 'RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELLED'::text, 'EXPIRED'::text, 'LOST'::text])));
alter table command_report add constraint command_report_pkey PRIMARY KEY (id, account_id);
alter table command_report add constraint command_report_encoding CHECK ((encoding = ANY (ARRAY['IDENTITY'::text, 'GZIP'::text])));
alter table compose_agent add constraint compose_agent_pkey PRIMARY KEY (id, account_id);
alter table compose_agent add constraint compose_agent_deployment UNIQUE (deployment_id, account_id);
alter table counted_checkout add constraint counted_checkout_pkey PRIMARY KEY (checkout_id, account_id);
alter table counted_purchase add constraint counted_purchase_pkey PRIMARY KEY (purchase_id, account_id);
alter table credit_adjustment add constraint credit_adjustment_pkey PRIMARY KEY (id, account_id);
alter table credit_adjustment add constraint credit_adjustment_cause UNIQUE (provider, cause, account_id);
alter table credit_adjustment add constraint credit_adjustment_status CHECK ((status = ANY (ARRAY['CREATING'::text, 'DONE'::text])));
alter table credit_daily add constraint credit_daily_pkey PRIMARY KEY (day, feature);
alter table credit_debt add constraint credit_debt_pkey PRIMARY KEY (account_id, feature);
alter table credit_debt add constraint credit_debt_amount CHECK ((amount >= 0));
alter table credit_grant add constraint credit_grant_pkey PRIMARY KEY (id, account_id);
alter table credit_grant add constraint credit_grant_amount CHECK ((amount > 0));
alter table credit_grant add constraint credit_grant_balance CHECK (((((used + reserved) + expired) + revoked) <= amount));
alter table credit_grant add constraint credit_grant_cause UNIQUE (cause_type, cause_id, feature, account_id);
alter table credit_grant add constraint credit_grant_parts CHECK (((used >= used_before_period) AND (used_before_period >= 0) AND (reserved >= 0) AND (expired >= 0) AND (revoked >= 0)));
alter table credit_grant add constraint credit_grant_source CHECK ((source_kind = ANY (ARRAY['PLAN'::text, 'ADDON'::text, 'PACKAGE'::text, 'ROLLOVER'::text, 'OVERRIDE'::text])));
alter table deployment add constraint deployment_pkey PRIMARY KEY (id, account_id);
alter table deployment add constraint deployment_hash UNIQUE (hash, account_id);
alter table deployment add constraint deployment_status CHECK ((status = ANY (ARRAY['PENDING'::text, 'ACTIVE'::text, 'STOPPED'::text])));
alter table dispute add constraint dispute_pkey PRIMARY KEY (id, account_id);
alter table dispute add constraint dispute_external UNIQUE (provider, external_id, account_id);
alter table dispute add constraint dispute_status CHECK ((status = ANY (ARRAY['OPEN'::text, 'WON'::text, 'LOST'::text])));
alter table earnings_entry add constraint earnings_entry_pkey PRIMARY KEY (id, account_id);
alter table earnings_entry add constraint earnings_entry_kind CHECK ((kind = ANY (ARRAY['SALE'::text, 'CLAWBACK'::text, 'CLAWBACK_REVERSED'::text, 'PAYOUT'::text, 'PAYOUT_RETURNED'::text])));
alter table enrollment_token add constraint enrollment_token_pkey PRIMARY KEY (id, account_id);
alter table enrollment_token add constraint enrollment_token_hash UNIQUE (token_hash, account_id);
alter table entitlement_override add constraint entitlement_override_pkey PRIMARY KEY (id, account_id);
alter table entitlement_override add constraint entitlement_override_amount CHECK (((amount IS NULL) OR ((amount >= 0) AND (NOT unlimited))));
alter table external_plan add constraint external_plan_pkey PRIMARY KEY (account_id, source);
alter table idempotency_key add constraint idempotency_key_pkey PRIMARY KEY (principal, account_id, mutation, key);
alter table inbox_event add constraint inbox_event_pkey PRIMARY KEY (id);
alter table inbox_event add constraint inbox_event_once UNIQUE (provider, event_id, body_digest);
alter table inbox_event add constraint inbox_event_state CHECK ((state = ANY (ARRAY['RECEIVED'::text, 'DEFERRED'::text, 'PROCESSED'::text, 'IGNORED'::text, 'QUARANTINED'::text, 'RETRYING'::text, 'DEAD'::text])));
alter table inbox_object add constraint inbox_object_pkey PRIMARY KEY (provider, object_key);
alter table installation add constraint installation_pkey PRIMARY KEY (id);
alter table installation add constraint installation_one_row CHECK ((id = 1));
alter table invariant_round add constraint invariant_round_pkey PRIMARY KEY (id);
alter table invariant_round add constraint invariant_round_one_row CHECK ((id = 1));
alter table invitation add constraint invitation_pkey PRIMARY KEY (id, account_id);
alter table invitation add constraint invitation_role CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'MEMBER'::text])));
alter table invitation add constraint invitation_token UNIQUE (token_hash, account_id);
alter table invoice add constraint invoice_pkey PRIMARY KEY (id, account_id);
alter table invoice add constraint invoice_external UNIQUE (provider, external_id, account_id);
alter table invoice add constraint invoice_status CHECK ((status = ANY (ARRAY['DRAFT'::text, 'OPEN'::text, 'PAID'::text, 'UNCOLLECTIBLE'::text, 'VOID'::text])));
alter table journal_period add constraint journal_period_pkey PRIMARY KEY (month);
alter table journal_posting add constraint journal_posting_pkey PRIMARY KEY (month, "position");
alter table journal_posting add constraint journal_posting_kind CHECK ((kind = ANY (ARRAY['INVOICE'::text, 'CREDIT_NOTE'::text, 'SALE'::text, 'PAYMENT'::text, 'WRITE_OFF'::text, 'REFUND'::text, 'DISPUTE'::text, 'CREDIT'::text, 'EARNING'::text, 'PAYOUT'::text, 'REVENUE'::text, 'FEE'::text, 'CORRECTION'::text])));
alter table ledger_entry add constraint ledger_entry_pkey PRIMARY KEY (account_id, version, operation_no, entry_no);
alter table ledger_entry add constraint ledger_entry_kind CHECK ((kind = ANY (ARRAY['GRANT'::text, 'CONSUME'::text, 'RESERVE'::text, 'RELEASE'::text, 'EXPIRE'::text, 'REVOKE'::text, 'ADJUST'::text])));
alter table ledger_root add constraint ledger_root_pkey PRIMARY KEY (number);
alter table ledger_root_block add constraint ledger_root_block_pkey PRIMARY KEY (root_number, block);
alter table mail_message add constraint mail_message_pkey PRIMARY KEY (id, account_id);
alter table mail_message add constraint mail_message_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'DEAD'::text])));
alter table member add constraint member_pkey PRIMARY KEY (account_id, user_id);
alter table member add constraint member_id UNIQUE (id, account_id);
alter table member add constraint member_role CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'MEMBER'::text])));
alter table member_count add constraint member_count_pkey PRIMARY KEY (account_id, changed_at);
alter table member_count add constraint member_count_peak CHECK (((members >= 0) AND (peak >= members)));
alter table migration add constraint migration_pkey PRIMARY KEY (id);
alter table negotiated_plan add constraint negotiated_plan_pkey PRIMARY KEY (id, account_id);
alter table negotiated_plan add constraint negotiated_plan_start CHECK (((started_at IS NULL) = (ends_at IS NULL)));
alter table negotiated_plan add constraint negotiated_plan_terms CHECK (((quantity > 0) AND (periods > 0) AND ((periods IS NULL) <> (until IS NULL))));
alter table operator_event add constraint operator_event_pkey PRIMARY KEY (id);
alter table outbox_event add constraint outbox_event_pkey PRIMARY KEY (id);
alter table outbox_event add constraint outbox_event_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'RELAYED'::text, 'DEAD'::text])));
alter table overage_usage add constraint overage_usage_pkey PRIMARY KEY (account_id, window_end, feature, window_start, tariff);
alter table overage_usage add constraint overage_usage_invoiced CHECK ((invoiced >= 0));
alter table overage_usage add constraint overage_usage_reserved CHECK ((reserved >= 0));
alter table overage_usage add constraint overage_usage_tariff CHECK (((tariff)::jsonb IS NOT NULL));
alter table overage_usage add constraint overage_usage_used CHECK ((used >= 0));
alter table package add constraint package_pkey PRIMARY KEY (id);
alter table package add constraint package_code UNIQUE (code);
alter table package add constraint package_type CHECK ((type = ANY (ARRAY['ADDON'::text, 'CREDIT_PACK'::text, 'ENTERPRISE'::text])));
alter table package_assignment add constraint package_assignment_pkey PRIMARY KEY (id, account_id);
alter table package_assignment add constraint package_assignment_quantity CHECK ((quantity >= 1));
alter table package_version add constraint package_version_pkey PRIMARY KEY (id);
alter table package_version add constraint package_version_number UNIQUE (package_id, version);
alter table plan add constraint plan_pkey PRIMARY KEY (id);
alter table plan add constraint plan_code UNIQUE (code);
alter table plan_assignment add constraint plan_assignment_pkey PRIMARY KEY (id, account_id);
alter table plan_migration add constraint plan_migration_pkey PRIMARY KEY (id);
alter table plan_migration add constraint plan_migration_state CHECK ((state = ANY (ARRAY['RUNNING'::text, 'STOPPED'::text, 'COMPLETED'::text])));
alter table plan_migration_step add constraint plan_migration_step_pkey PRIMARY KEY (id, account_id);
alter table plan_migration_step add constraint plan_migration_step_once UNIQUE (migration_id, subscription_id, account_id);
alter table plan_migration_step add constraint plan_migration_step_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'APPLIED'::text, 'SCHEDULED'::text, 'SKIPPED'::text, 'FAILED'::text])));
alter table plan_version add constraint plan_version_pkey PRIMARY KEY (id);
alter table plan_version add constraint plan_version_number UNIQUE (plan_id, version);
alter table policy add constraint policy_pkey PRIMARY KEY (id);
alter table policy add constraint policy_once UNIQUE (subject, object, action);
alter table price add constraint price_pkey PRIMARY KEY (id);
alter table price add constraint price_amount CHECK ((amount_minor >= 0));
alter table price add constraint price_interval CHECK (("interval" ~ '^(ONE_TIME|DAY|WEEK|MONTH|QUARTER|YEAR|[1-9][0-9]*_(DAY|WEEK|MONTH|YEAR)S)$'::text));
alter table price_feed add constraint price_feed_pkey PRIMARY KEY (feature);
alter table price_list add constraint price_list_pkey PRIMARY KEY (id);
alter table price_list add constraint price_list_status CHECK (((status = ANY (ARRAY['PROPOSED'::text, 'APPLIED'::text, 'REJECTED'::text, 'SUPERSEDED'::text])) AND ((status = 'APPLIED'::text) = ((version IS NOT NULL) AND (applied_at IS NOT NULL)))));
alter table price_list add constraint price_list_version UNIQUE (feature, version);
alter table product add constraint product_pkey PRIMARY KEY (id);
alter table product add constraint product_code UNIQUE (type, code);
alter table product add constraint product_external UNIQUE (type, external_id);
alter table product add constraint product_type CHECK ((type = ANY (ARRAY['PLAN'::text, 'PACKAGE'::text, 'TEMPLATE'::text])));
alter table product_subscription add constraint product_subscription_pkey PRIMARY KEY (id, account_id);
alter table product_subscription add constraint product_subscription_external UNIQUE (provider, external_id, account_id);
alter table product_subscription add constraint product_subscription_status CHECK ((status = ANY (ARRAY['TRIALING'::text, 'ACTIVE'::text, 'PAST_DUE'::text, 'UNPAID'::text, 'PAUSED'::text, 'INCOMPLETE'::text, 'INCOMPLETE_EXPIRED'::text, 'CANCELED'::text])));
alter table provider_price add constraint provider_price_pkey PRIMARY KEY (provider, price_id);
alter table provider_price add constraint provider_price_external UNIQUE (provider, external_id);
alter table purchase add constraint purchase_pkey PRIMARY KEY (id, account_id);
alter table purchase add constraint purchase_amounts CHECK (((amount_minor >= 0) AND (quantity > 0) AND (refunded_minor >= 0) AND (refunded_minor <= amount_minor) AND (reversed_minor >= 0) AND (reversed_minor <= amount_minor)));
alter table purchase add constraint purchase_checkout UNIQUE (checkout_id, account_id);
alter table purchase add constraint purchase_credit CHECK (((credit_minor >= 0) AND (credited_minor >= 0) AND (credited_minor <= (amount_minor + credit_minor))));
alter table purchase add constraint purchase_invoice UNIQUE (provider, invoice_id, account_id);
alter table purchase add constraint purchase_payment UNIQUE (provider, payment_id, account_id);
alter table purchase add constraint purchase_receipt UNIQUE (account_id, receipt_number);
alter table purchase add constraint purchase_status CHECK ((status = ANY (ARRAY['PENDING'::text, 'PAID'::text, 'PARTIALLY_REFUNDED'::text, 'REFUNDED'::text, 'DISPUTED'::text, 'CHARGED_BACK'::text])));
alter table purchase add constraint purchase_tax CHECK (((tax_minor >= 0) AND (tax_minor <= amount_minor)));
alter table purchase_credit add constraint purchase_credit_pkey PRIMARY KEY (provider, invoice_id, purchase_id, account_id);
alter table purchase_credit add constraint purchase_credit_amount CHECK ((amount_minor > 0));
alter table quota_usage add constraint quota_usage_pkey PRIMARY KEY (account_id, window_end, feature, window_start);
alter table quota_usage add constraint quota_usage_reserved CHECK ((reserved >= 0));
alter table quota_usage add constraint quota_usage_used CHECK ((used >= 0));
alter table rate_limit_counter add constraint rate_limit_counter_pkey PRIMARY KEY (key);
alter table rated_usage add constraint rated_usage_pkey PRIMARY KEY (account_id, window_end, feature, line, window_start);
alter table rated_usage add constraint rated_usage_fraction CHECK (((fraction >= 0) AND (fraction < '1000000000000000'::bigint)));
alter table rated_usage add constraint rated_usage_quantity CHECK ((quantity > 0));
alter table reconciliation_report add constraint reconciliation_report_pkey PRIMARY KEY (day);
alter table reconciliation_run add constraint reconciliation_run_pkey PRIMARY KEY (id);
alter table reconciliation_run add constraint reconciliation_run_scope CHECK ((scope = ANY (ARRAY['EVENTS'::text, 'STATE'::text, 'ALL'::text])));
alter table reconciliation_schedule add constraint reconciliation_schedule_pkey PRIMARY KEY (provider, scope);
alter table recurring_period add constraint recurring_period_pkey PRIMARY KEY (subscription_id, started_at, account_id);
alter table recurring_period add constraint recurring_period_amount CHECK ((yearly_minor > 0));
alter table recurring_period add constraint recurring_period_order CHECK ((ended_at > started_at));
alter table refund add constraint refund_pkey PRIMARY KEY (id, account_id);
alter table refund add constraint refund_amount CHECK ((amount_minor > 0));
alter table refund add constraint refund_external UNIQUE (provider, external_id, account_id);
alter table refund add constraint refund_status CHECK ((status = ANY (ARRAY['CREATING'::text, 'PENDING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELED'::text])));
alter table requested_cancellation add constraint requested_cancellation_pkey PRIMARY KEY (provider, external_id, account_id);
alter table reservation add constraint reservation_pkey PRIMARY KEY (account_id, version, operation_no);
alter table reservation add constraint reservation_amount CHECK ((amount > 0));
alter table reservation add constraint reservation_status CHECK ((status = ANY (ARRAY['HELD'::text, 'COMMITTED'::text, 'RELEASED'::text, 'EXPIRED'::text])));
alter table retired_agent_token add constraint retired_agent_token_pkey PRIMARY KEY (token_hash, account_id);
alter table sales_daily add constraint sales_daily_pkey PRIMARY KEY (day, product_id, currency);
alter table scheduled_job add constraint scheduled_job_pkey PRIMARY KEY (id);
alter table scheduled_job add constraint scheduled_job_once UNIQUE (kind, key);
alter table server_load add constraint server_load_pkey PRIMARY KEY (deployment_id, started_at, width, account_id);
alter table server_metrics add constraint server_metrics_pkey PRIMARY KEY (deployment_id, account_id);
alter table service_key add constraint service_key_pkey PRIMARY KEY (id);
alter table signing_key add constraint signing_key_pkey PRIMARY KEY (id);
alter table spend_cap add constraint spend_cap_pkey PRIMARY KEY (id, account_id);
alter table spend_cap add constraint spend_cap_amount CHECK ((amount >= 0));
alter table spend_cap add constraint spend_cap_period CHECK ((period = ANY (ARRAY['DAY'::text, 'MONTH'::text, 'BILLING_PERIOD'::text])));
alter table spend_cap add constraint spend_cap_rounded_up CHECK (((rounded_up >= 0) AND (rounded_up < 1000000000)));
alter table spend_cap add constraint spend_cap_used CHECK ((used >= 0));
alter table spend_cap add constraint spend_cap_user CHECK (((user_id IS NULL) OR (sub_account_id IS NULL)));
alter table stored_secret add constraint stored_secret_pkey PRIMARY KEY (path);
alter table stream_event add constraint stream_event_pkey PRIMARY KEY (stream_id, sequence, account_id);
alter table stream_event add constraint stream_event_id_unique UNIQUE (id, account_id);
alter table sub_account add constraint sub_account_pkey PRIMARY KEY (account_id);
alter table sub_account add constraint sub_account_parent CHECK ((parent_id <> account_id));
alter table subscriber_period add constraint subscriber_period_pkey PRIMARY KEY (account_id, started_at);
alter table subscription_change add constraint subscription_change_pkey PRIMARY KEY (id, account_id);
alter table subscription_change add constraint subscription_change_kind CHECK ((kind = ANY (ARRAY['PLAN'::text, 'ADDON'::text, 'CANCEL'::text, 'PAUSE'::text, 'RESUME'::text, 'TRIAL'::text])));
alter table subscription_change add constraint subscription_change_status CHECK ((status = ANY (ARRAY['REQUESTED'::text, 'REQUIRES_CONFIRMATION'::text, 'SCHEDULED'::text, 'APPLIED'::text, 'FAILED'::text, 'CANCELED'::text, 'SUPERSEDED'::text])));
alter table subscription_item add constraint subscription_item_pkey PRIMARY KEY (id, account_id);
alter table subscription_item add constraint subscription_item_external UNIQUE (subscription_id, external_id, account_id);
alter table template add constraint template_pkey PRIMARY KEY (id);
alter table template add constraint template_slug UNIQUE (slug);
alter table template add constraint template_status CHECK ((status = ANY (ARRAY['DRAFT'::text, 'SUBMITTED'::text, 'UNDER_REVIEW'::text, 'NEEDS_CHANGES'::text, 'APPROVED'::text, 'REJECTED'::text, 'DEPRECATED'::text])));
alter table template_install add constraint template_install_pkey PRIMARY KEY (deployment_id, account_id);
alter table template_ownership add constraint template_ownership_pkey PRIMARY KEY (id, account_id);
alter table template_ownership add constraint template_ownership_cause UNIQUE (source_type, source_id, template_id, account_id);
alter table template_ownership add constraint template_ownership_source CHECK ((source_type = ANY (ARRAY['purchase'::text, 'subscription'::text, 'operator'::text])));
alter table template_rating add constraint template_rating_pkey PRIMARY KEY (template_id, account_id);
alter table template_rating add constraint template_rating_id UNIQUE (id, account_id);
alter table template_rating add constraint template_rating_stars CHECK (((stars >= 1) AND (stars <= 5)));
alter table template_review add constraint template_review_pkey PRIMARY KEY (id);
alter table template_review add constraint template_review_decision CHECK ((decision = ANY (ARRAY['STARTED'::text, 'APPROVED'::text, 'NEEDS_CHANGES'::text, 'REJECTED'::text])));
alter table template_source add constraint template_source_pkey PRIMARY KEY (template_id);
alter table template_sync_message add constraint template_sync_message_pkey PRIMARY KEY (id);
alter table template_sync_message add constraint template_sync_message_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'SUPERSEDED'::text, 'DEAD'::text])));
alter table template_version add constraint template_version_pkey PRIMARY KEY (id);
alter table template_version add constraint template_version_number UNIQUE (template_id, number);
alter table template_version add constraint template_version_status CHECK ((status = ANY (ARRAY['DRAFT'::text, 'SUBMITTED'::text, 'UNDER_REVIEW'::text, 'NEEDS_CHANGES'::text, 'APPROVED'::text, 'REJECTED'::text])));
alter table top_up add constraint top_up_pkey PRIMARY KEY (id, account_id);
alter table top_up add constraint top_up_amounts CHECK (((amount_minor > 0) AND (quantity > 0) AND (crossing > 0)));
alter table top_up add constraint top_up_failure_reason CHECK ((failure_reason = ANY (ARRAY['DECLINED'::text, 'AUTHENTICATION_REQUIRED'::text, 'NO_PAYMENT_METHOD'::text, 'PRICE_CHANGED'::text, 'NOT_FOR_SALE'::text, 'REVERSED'::text, 'DISPUTED'::text, 'UNKNOWN_RESULT'::text, 'REQUEST_REJECTED'::text])));
alter table top_up add constraint top_up_once UNIQUE (auto_top_up_id, crossing, account_id);
alter table top_up add constraint top_up_payment UNIQUE (provider, payment_id, account_id);
alter table top_up add constraint top_up_status CHECK ((status = ANY (ARRAY['WAITING'::text, 'CHARGING'::text, 'PENDING'::text, 'PAID'::text, 'FAILED'::text, 'SKIPPED'::text])));
alter table trial_record add constraint trial_record_pkey PRIMARY KEY (account_id, plan_id);
alter table unlisted_value add constraint unlisted_value_pkey PRIMARY KEY (feature, dimension, value);
alter table usage_amendment add constraint usage_amendment_pkey PRIMARY KEY (id, account_id);
alter table usage_amendment add constraint usage_amendment_amount CHECK (((amount > 0) AND (remaining >= 0) AND (lost >= 0) AND (debt_reduced >= 0)));
alter table usage_amendment add constraint usage_amendment_effect CHECK ((invoice_effect = ANY (ARRAY['NONE'::text, 'NOT_REPORTED'::text, 'NEXT_REPORT'::text])));
alter table usage_amendment add constraint usage_amendment_operation UNIQUE (account_id, version, operation_no);
alter table usage_batch add constraint usage_batch_pkey PRIMARY KEY (id);
alter table usage_batch add constraint usage_batch_state CHECK ((state = ANY (ARRAY['OPEN'::text, 'CLOSING'::text, 'CLOSED'::text, 'REVERTING'::text, 'REVERTED'::text])));
alter table usage_batch_line add constraint usage_batch_line_pkey PRIMARY KEY (id, account_id);
alter table usage_batch_line add constraint usage_batch_line_amount CHECK (((amount IS NULL) <> (work IS NULL)));
alter table usage_batch_line add constraint usage_batch_line_consumption CHECK (((consumption_id IS NOT NULL) = (state = ANY (ARRAY['APPLIED'::text, 'REVERTED'::text, 'NOT_REVERTED'::text]))));
alter table usage_batch_line add constraint usage_batch_line_key UNIQUE (batch_id, account_id, key);
alter table usage_batch_line add constraint usage_batch_line_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'APPLIED'::text, 'DENIED'::text, 'DISCARDED'::text, 'REVERTED'::text, 'NOT_REVERTED'::text])));
alter table usage_compared_use add constraint usage_compared_use_pkey PRIMARY KEY (id, account_id);
alter table usage_compared_use add constraint usage_compared_use_key UNIQUE (comparison_id, account_id, key);
alter table usage_comparison add constraint usage_comparison_pkey PRIMARY KEY (id);
alter table usage_comparison add constraint usage_comparison_end CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (end_reason IS NULL))));
alter table usage_comparison_account add constraint usage_comparison_account_pkey PRIMARY KEY (id, account_id);
alter table usage_daily add constraint usage_daily_pkey PRIMARY KEY (day, plan_code, feature);
alter table usage_report add constraint usage_report_pkey PRIMARY KEY (id, account_id);
alter table usage_report add constraint usage_report_amount CHECK (((amount > 0) AND (to_version > from_version)));
alter table usage_report add constraint usage_report_lines CHECK (((meter = ''::text) <> (lines IS NULL)));
alter table usage_report add constraint usage_report_once UNIQUE (account_id, feature, from_version);
alter table usage_report add constraint usage_report_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'SENDING'::text, 'SENT'::text, 'DEAD'::text, 'DROPPED'::text])));
alter table usage_rollup add constraint usage_rollup_pkey PRIMARY KEY (account_id, period, feature, starts_at, currency, sub_account_id, user_id, api_key_id, dimensions);
alter table usage_rollup add constraint usage_rollup_period CHECK ((period = ANY (ARRAY['HOUR'::text, 'DAY'::text, 'MONTH'::text])));
alter table usage_warning add constraint usage_warning_pkey PRIMARY KEY (account_id, feature, period, threshold);
alter table usage_watermark add constraint usage_watermark_pkey PRIMARY KEY (account_id, feature);
alter table vendor add constraint vendor_pkey PRIMARY KEY (id);
alter table vendor add constraint vendor_account UNIQUE (account_id);
alter table vendor add constraint vendor_name UNIQUE (name);
alter table vendor add constraint vendor_payout_account UNIQUE (payout_account_id);
alter table vendor_payout add constraint vendor_payout_pkey PRIMARY KEY (id, account_id);
alter table vendor_payout add constraint vendor_payout_amount CHECK ((amount_minor > 0));
alter table vendor_payout add constraint vendor_payout_method CHECK ((method = ANY (ARRAY['MANUAL'::text, 'STRIPE'::text])));
alter table vendor_payout add constraint vendor_payout_status CHECK ((status = ANY (ARRAY['CREATING'::text, 'PAID'::text, 'FAILED'::text])));
alter table webhook_delivery add constraint webhook_delivery_pkey PRIMARY KEY (id);
alter table webhook_delivery add constraint webhook_delivery_once UNIQUE (endpoint_id, event_id);
alter table webhook_delivery add constraint webhook_delivery_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'DELIVERED'::text, 'DEAD'::text])));
alter table webhook_endpoint add constraint webhook_endpoint_pkey PRIMARY KEY (id);

-- Indexes
CREATE INDEX account_directory_account ON account_directory USING btree (account_id);
CREATE INDEX account_external ON account USING btree (kind, external_id);
CREATE INDEX account_external_prefix ON account USING btree (lower(external_id) text_pattern_ops);
CREATE INDEX account_job_account ON account_job USING btree (account_id, id);
CREATE UNIQUE INDEX account_job_one_deletion ON account_job USING btree (account_id) WHERE ((kind = 'DELETION'::text) AND (state = ANY (ARRAY['SCHEDULED'::text, 'RUNNING'::text])));
CREATE INDEX account_metadata ON account USING gin (metadata jsonb_path_ops);
CREATE INDEX account_name ON account USING btree (lower(name), id);
CREATE INDEX account_name_words ON account USING gin (to_tsvector('simple'::regconfig, name));
CREATE INDEX adopted_balance_waiting ON adopted_balance USING btree (account_id) WHERE (applied_at IS NULL);
CREATE INDEX agent_alarm_received ON agent_alarm USING btree (deployment_id, id);
CREATE INDEX agent_nonce_seen ON agent_nonce USING btree (seen_at);
CREATE INDEX agent_notification_created ON agent_notification USING btree (created_at);
CREATE UNIQUE INDEX agent_outage_open ON agent_outage USING btree (deployment_id, kind, account_id) WHERE (ended_at IS NULL);
CREATE INDEX agent_outage_unnotified ON agent_outage USING btree (ended_at) WHERE ((alerted_at IS NOT NULL) AND (recovery_notified_at IS NULL));
CREATE INDEX alert_crossing_pending ON alert_crossing USING btree (account_id) WHERE (handled_at IS NULL);
CREATE UNIQUE INDEX alert_live ON alert USING btree (account_id, feature, basis, action, COALESCE(percent, 0), COALESCE(units, (0)::bigint)) WHERE (ended_at IS NULL);
CREATE INDEX allocation_held ON allocation USING btree (account_id, feature) WHERE (released_at IS NULL);
CREATE INDEX audit_entry_account ON audit_entry USING btree (account_id, id);
CREATE INDEX audit_entry_actor ON audit_entry USING btree (actor, id);
CREATE INDEX audit_entry_object ON audit_entry USING btree (object, id);
CREATE INDEX audit_entry_unchained ON audit_entry USING btree (minute) WHERE (chain_no IS NULL);
CREATE UNIQUE INDEX auto_top_up_live ON auto_top_up USING btree (account_id, feature) WHERE (ended_at IS NULL);
CREATE INDEX billing_customer_email_prefix ON billing_customer USING btree (lower(email) text_pattern_ops);
CREATE INDEX billing_notice_account ON billing_notice USING btree (account_id);
CREATE INDEX billing_subscription_account ON billing_subscription USING btree (account_id);
CREATE INDEX billing_subscription_checkout ON billing_subscription USING btree (checkout_id);
CREATE INDEX billing_subscription_reopened ON billing_subscription USING btree (reopened_seen_at) WHERE (reopened_seen_at IS NOT NULL);
CREATE INDEX billing_subscription_status ON billing_subscription USING btree (status, account_id);
CREATE INDEX broker_message_dead ON broker_message USING btree (id) WHERE (state = 'DEAD'::text);
CREATE INDEX broker_message_pending ON broker_message USING btree (available_at) WHERE (state = 'PENDING'::text);
CREATE INDEX checkout_account ON checkout USING btree (account_id);
CREATE INDEX checkout_at ON checkout USING btree (created_at);
CREATE UNIQUE INDEX checkout_challenge ON checkout USING btree (account_id, challenge_id) WHERE ((challenge_id IS NOT NULL) AND (status <> ALL (ARRAY['FAILED'::text, 'EXPIRED'::text, 'CANCELLED'::text])));
CREATE UNIQUE INDEX checkout_one_open ON checkout USING btree (account_id, group_code) WHERE (status = ANY (ARRAY['CREATING'::text, 'OPEN'::text, 'PROCESSING'::text]));
CREATE INDEX checkout_status_id ON checkout USING btree (status, id);
CREATE INDEX command_expiry ON command USING btree (expires_at) WHERE ((status = 'QUEUED'::text) AND (expires_at IS NOT NULL));
CREATE INDEX command_history ON command USING btree (deployment_id, id);
CREATE INDEX command_latest ON command USING btree (deployment_id, app_code, type, id DESC);
CREATE INDEX command_outstanding ON command USING btree (deployment_id) WHERE (status = ANY (ARRAY['LEASED'::text, 'RUNNING'::text]));
CREATE INDEX command_queue ON command USING btree (deployment_id, priority DESC, queue_position, id) WHERE (status = 'QUEUED'::text);
CREATE INDEX command_queued_lately ON command USING btree (updated_at) WHERE (status = 'QUEUED'::text);
CREATE INDEX command_recent ON command USING btree (deployment_id, updated_at);
CREATE INDEX command_report_command ON command_report USING btree (command_id);
CREATE INDEX compose_agent_heartbeat ON compose_agent USING btree (last_heartbeat_at);
CREATE INDEX credit_adjustment_account ON credit_adjustment USING btree (account_id);
CREATE INDEX credit_grant_account ON credit_grant USING btree (account_id);
CREATE INDEX credit_grant_expires ON credit_grant USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX credit_grant_open ON credit_grant USING btree (account_id) WHERE open;
CREATE INDEX deployment_account ON deployment USING btree (account_id, id);
CREATE INDEX dispute_purchase ON dispute USING btree (purchase_id);
CREATE UNIQUE INDEX earnings_entry_one_sale ON earnings_entry USING btree (purchase_id, account_id) WHERE (kind = 'SALE'::text);
CREATE INDEX earnings_entry_purchase ON earnings_entry USING btree (purchase_id);
CREATE INDEX earnings_entry_vendor ON earnings_entry USING btree (vendor_id, at, id);
CREATE INDEX enrollment_token_deployment ON enrollment_token USING btree (deployment_id);
CREATE INDEX entitlement_override_live ON entitlement_override USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX idempotency_key_lookup ON idempotency_key USING btree (principal, key);
CREATE INDEX inbox_event_by_state ON inbox_event USING btree (state, id);
CREATE INDEX inbox_event_explained ON inbox_event USING btree (id) WHERE (state_reason IS NOT NULL);
CREATE INDEX inbox_event_object ON inbox_event USING btree (object_key, id);
CREATE INDEX inbox_event_open ON inbox_event USING btree (provider, object_key) WHERE (state = ANY (ARRAY['RECEIVED'::text, 'DEFERRED'::text, 'RETRYING'::text]));
CREATE INDEX inbox_event_transmission ON inbox_event USING btree (provider, transmission_id) WHERE (transmission_id IS NOT NULL);
CREATE INDEX inbox_object_pending ON inbox_object USING btree (available_at) WHERE pending;
CREATE INDEX invitation_account ON invitation USING btree (account_id, id);
CREATE UNIQUE INDEX invitation_one_open ON invitation USING btree (account_id, email) WHERE ((accepted_at IS NULL) AND (canceled_at IS NULL));
CREATE INDEX invitation_open_email ON invitation USING btree (email) WHERE ((accepted_at IS NULL) AND (canceled_at IS NULL));
CREATE INDEX invoice_account ON invoice USING btree (account_id, created_at, id);
CREATE INDEX invoice_number ON invoice USING btree (number);
CREATE INDEX journal_posting_origin ON journal_posting USING btree (origin);
CREATE INDEX ledger_entry_at ON ledger_entry USING brin (at) WITH (pages_per_range='16');
CREATE UNIQUE INDEX ledger_entry_key ON ledger_entry USING btree (key, principal, account_id, mutation) WHERE (key IS NOT NULL);
CREATE INDEX ledger_entry_sub_account ON ledger_entry USING btree (account_id, sub_account_id, feature, at) WHERE (sub_account_id IS NOT NULL);
CREATE INDEX ledger_root_at ON ledger_root USING btree (at);
CREATE INDEX mail_message_dead ON mail_message USING btree (id) WHERE (state = 'DEAD'::text);
CREATE INDEX mail_message_pending ON mail_message USING btree (available_at) WHERE (state = 'PENDING'::text);
CREATE INDEX member_user ON member USING btree (user_id);
CREATE INDEX negotiated_plan_account ON negotiated_plan USING btree (account_id);
CREATE INDEX negotiated_plan_price ON negotiated_plan USING btree (price_id);
CREATE INDEX operator_event_at ON operator_event USING brin (at) WITH (pages_per_range='16');
CREATE INDEX operator_event_transaction ON operator_event USING btree (transaction_id, id);
CREATE INDEX outbox_event_dead ON outbox_event USING btree (id) WHERE (state = 'DEAD'::text);
CREATE INDEX outbox_event_pending ON outbox_event USING btree (available_at) WHERE (state = 'PENDING'::text);
CREATE INDEX package_assignment_live ON package_assignment USING btree (account_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX package_assignment_source ON package_assignment USING btree (source_type, source_id, package_code, account_id) WHERE (ended_at IS NULL);
CREATE INDEX plan_assignment_account ON plan_assignment USING btree (account_id, since);
CREATE INDEX plan_assignment_comped ON plan_assignment USING btree (plan_version_id) WHERE ((source_type = 'comped'::text) AND (ended_at IS NULL));
CREATE INDEX plan_assignment_live ON plan_assignment USING btree (account_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX plan_assignment_source ON plan_assignment USING btree (source_type, source_id, group_code, account_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX plan_migration_one_running ON plan_migration USING btree (plan_id) WHERE (state = 'RUNNING'::text);
CREATE INDEX plan_migration_step_account ON plan_migration_step USING btree (account_id);
CREATE INDEX plan_migration_step_state ON plan_migration_step USING btree (migration_id, state, attempts, id);
CREATE INDEX price_list_open ON price_list USING btree (feature, held) WHERE (status = 'PROPOSED'::text);
CREATE INDEX price_product ON price USING btree (product_id);
CREATE INDEX product_subscription_account ON product_subscription USING btree (account_id);
CREATE INDEX purchase_account ON purchase USING btree (account_id, purchased_at, id);
CREATE INDEX purchase_at ON purchase USING btree (purchased_at, id);
CREATE INDEX purchase_credit_purchase ON purchase_credit USING btree (purchase_id);
CREATE INDEX rate_limit_counter_expire ON rate_limit_counter USING btree (expire);
CREATE INDEX reconciliation_run_started ON reconciliation_run USING btree (provider, started_at);
CREATE INDEX recurring_period_account ON recurring_period USING btree (account_id);
CREATE UNIQUE INDEX recurring_period_open ON recurring_period USING btree (subscription_id, account_id) WHERE (ended_at IS NULL);
CREATE INDEX refund_purchase ON refund USING btree (purchase_id);
CREATE INDEX reservation_held ON reservation USING btree (account_id) WHERE (status = 'HELD'::text);
CREATE INDEX retired_agent_token_agent ON retired_agent_token USING btree (agent_id);
CREATE INDEX scheduled_job_run_at ON scheduled_job USING btree (run_at);
CREATE INDEX server_load_width ON server_load USING btree (width, started_at);
CREATE INDEX service_key_account ON service_key USING btree (account_id);
CREATE INDEX service_key_sessions ON service_key USING btree (created_by) WHERE (permissions IS NOT NULL);
CREATE UNIQUE INDEX spend_cap_live ON spend_cap USING btree (account_id, feature, period, set_by_operator, ((currency IS NULL)), COALESCE(sub_account_id, ''::text), COALESCE(user_id, ''::text)) WHERE (ended_at IS NULL);
CREATE INDEX stream_event_rare ON stream_event USING btree (stream_id, sequence) WHERE (type <> ALL (ARRAY['server.load'::text, 'usage.recorded'::text, 'usage_comparison.progressed'::text, 'webhook_event.received'::text]));
CREATE INDEX stream_event_recorded_at ON stream_event USING brin (recorded_at) WITH (pages_per_range='16');
CREATE INDEX sub_account_of_parent ON sub_account USING btree (parent_id);
CREATE INDEX subscriber_period_ended ON subscriber_period USING btree (ended_at);
CREATE UNIQUE INDEX subscription_change_one_open ON subscription_change USING btree (subscription_id, account_id) WHERE (status = ANY (ARRAY['REQUESTED'::text, 'REQUIRES_CONFIRMATION'::text]));
CREATE UNIQUE INDEX subscription_change_one_scheduled ON subscription_change USING btree (subscription_id, account_id) WHERE (status = 'SCHEDULED'::text);
CREATE INDEX subscription_change_subscription ON subscription_change USING btree (subscription_id);
CREATE INDEX template_category_named ON template USING btree (category_id, lower(name), id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_category_popular ON template USING btree (category_id, install_count, id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_category_rated ON template USING btree (category_id, COALESCE(rating, (0)::double precision), id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_category_recent ON template USING btree (category_id, approved_at, id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_install_account ON template_install USING btree (account_id, template_id);
CREATE INDEX template_install_template ON template_install USING btree (template_id, at);
CREATE INDEX template_install_uncounted ON template_install USING btree (deployment_id) WHERE (NOT counted);
CREATE INDEX template_named ON template USING btree (lower(name), id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_ownership_account ON template_ownership USING btree (account_id, template_id);
CREATE INDEX template_ownership_uncounted ON template_ownership USING btree (id) WHERE (NOT counted);
CREATE INDEX template_popular ON template USING btree (install_count, id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_rated ON template USING btree (COALESCE(rating, (0)::double precision), id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_recent ON template USING btree (approved_at, id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_review_template ON template_review USING btree (template_id, id);
CREATE INDEX template_search ON template USING gin ((((setweight(to_tsvector('simple'::regconfig, translate(((name || ' '::text) || slug), '.,:;/_@+()[]{}-'::text, '               '::text)), 'A'::"char") || array_to_tsvector(tags)) || to_tsvector('simple'::regconfig, translate(COALESCE(short_description, ''::text), '.,:;/_@+()[]{}-'::text, '               '::text))))) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_sold ON template USING btree (sale_count, id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_source_vendor ON template_source USING btree (vendor_user_id);
CREATE INDEX template_sync_message_dead ON template_sync_message USING btree (id) WHERE (state = 'DEAD'::text);
CREATE INDEX template_sync_message_pending ON template_sync_message USING btree (template_id, id) WHERE (state = 'PENDING'::text);
CREATE INDEX template_sync_message_template ON template_sync_message USING btree (template_id, id);
CREATE INDEX template_tags ON template USING gin (tags) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_updated ON template USING btree (COALESCE(updated_at, approved_at), id) WHERE (status = 'APPROVED'::text);
CREATE INDEX template_vendor ON template USING btree (vendor_id, id);
CREATE UNIQUE INDEX template_version_one_open ON template_version USING btree (template_id) WHERE (status <> 'APPROVED'::text);
CREATE INDEX template_version_queue ON template_version USING btree (submitted_at, id) WHERE (status = ANY (ARRAY['SUBMITTED'::text, 'UNDER_REVIEW'::text]));
CREATE INDEX top_up_account ON top_up USING btree (account_id, created_at);
CREATE UNIQUE INDEX top_up_one_open ON top_up USING btree (account_id, feature) WHERE (status = ANY (ARRAY['CHARGING'::text, 'PENDING'::text]));
CREATE INDEX trial_record_plan ON trial_record USING btree (plan_id);
CREATE INDEX usage_amendment_consumption ON usage_amendment USING btree (account_id, consumption_version, consumption_operation_no);
CREATE INDEX usage_batch_line_account ON usage_batch_line USING btree (account_id);
CREATE INDEX usage_batch_line_state ON usage_batch_line USING btree (batch_id, state, id);
CREATE INDEX usage_batch_owner ON usage_batch USING btree (owner, id);
CREATE INDEX usage_compared_use_account ON usage_compared_use USING btree (account_id);
CREATE INDEX usage_compared_use_difference ON usage_compared_use USING btree (comparison_id, id) WHERE (differences <> '{}'::text[]);
CREATE INDEX usage_compared_use_recorded ON usage_compared_use USING btree (recorded_at);
CREATE INDEX usage_comparison_account_comparison ON usage_comparison_account USING btree (comparison_id, account_id);
CREATE UNIQUE INDEX usage_comparison_account_live ON usage_comparison_account USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX usage_report_dead ON usage_report USING btree (id) WHERE (state = 'DEAD'::text);
CREATE INDEX usage_report_invoice ON usage_report USING btree (account_id, provider, invoice_id);
CREATE UNIQUE INDEX usage_report_one_threshold ON usage_report USING btree (account_id) WHERE ((feature = '* overage'::text) AND (closed_at IS NULL) AND (state <> 'DROPPED'::text));
CREATE INDEX usage_report_open ON usage_report USING btree (id) WHERE (state = ANY (ARRAY['PENDING'::text, 'SENDING'::text]));
CREATE INDEX usage_rollup_day ON usage_rollup USING btree (starts_at) WHERE ((period = 'DAY'::text) AND (currency = ''::text));
CREATE INDEX user_email_prefix ON app_user USING btree (lower(email) text_pattern_ops);
CREATE INDEX vendor_payout_vendor ON vendor_payout USING btree (vendor_id, id);
CREATE INDEX webhook_delivery_created ON webhook_delivery USING btree (created_at);
CREATE INDEX webhook_delivery_dead ON webhook_delivery USING btree (id) WHERE (state = 'DEAD'::text);
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery USING btree (endpoint_id, id);
CREATE INDEX webhook_delivery_pending ON webhook_delivery USING btree (endpoint_id, available_at) WHERE (state = 'PENDING'::text);
CREATE UNIQUE INDEX webhook_endpoint_once ON webhook_endpoint USING btree (COALESCE(account_id, ''::text), url) WHERE (deleted_at IS NULL);

-- Settings
alter table ledger_entry alter column account_id set statistics 10;
alter table ledger_entry alter column amount set statistics 10;
alter table ledger_entry alter column at set statistics 10;
alter table ledger_entry alter column balance_after set statistics 10;
alter table ledger_entry alter column entry_no set statistics 10;
alter table ledger_entry alter column feature set statistics 10;
alter table ledger_entry alter column grant_id set statistics 10;
alter table ledger_entry alter column key set statistics 10;
alter table ledger_entry alter column kind set statistics 10;
alter table ledger_entry alter column mutation set statistics 10;
alter table ledger_entry alter column note set statistics 10;
alter table ledger_entry alter column note_digest set statistics 10;
alter table ledger_entry alter column operation_no set statistics 10;
alter table ledger_entry alter column operation_total set statistics 10;
alter table ledger_entry alter column price set statistics 10;
alter table ledger_entry alter column principal set statistics 10;
alter table ledger_entry alter column reference set statistics 10;
alter table ledger_entry alter column reference_digest set statistics 10;
alter table ledger_entry alter column request_fingerprint set statistics 10;
alter table ledger_entry alter column reservation set statistics 10;
alter table ledger_entry alter column source set statistics 10;
alter table ledger_entry alter column sub_account_id set statistics 10;
alter table ledger_entry alter column user_id set statistics 10;
alter table ledger_entry alter column version set statistics 10;
alter table ledger_entry alter column window_end set statistics 10;
alter table ledger_entry alter column window_start set statistics 10;
alter table ledger_entry set (autovacuum_vacuum_cost_delay=20);
alter table template set (toast_tuple_target=640);

-- References
alter table account_export_part add constraint account_export_part_job_id_foreign FOREIGN KEY (job_id, account_id) REFERENCES account_job(id, account_id) ON DELETE CASCADE;
alter table adopted_balance add constraint adopted_balance_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table adopted_customer add constraint adopted_customer_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table agent add constraint agent_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table agent_alarm add constraint agent_alarm_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table agent_outage add constraint agent_outage_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table allocation add constraint allocation_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table allocation_period add constraint allocation_period_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table app_state add constraint app_state_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table auto_top_up add constraint auto_top_up_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table billing_customer add constraint billing_customer_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table billing_notice add constraint billing_notice_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table billing_notice add constraint billing_notice_subscription_id_foreign FOREIGN KEY (subscription_id, account_id) REFERENCES billing_subscription(id, account_id);
alter table billing_subscription add constraint billing_subscription_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table billing_subscription add constraint billing_subscription_checkout_id_foreign FOREIGN KEY (checkout_id, account_id) REFERENCES checkout(id, account_id) ON DELETE SET NULL (checkout_id);
alter table billing_subscription add constraint billing_subscription_plan_version_id_foreign FOREIGN KEY (plan_version_id) REFERENCES plan_version(id);
alter table checkout add constraint checkout_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table checkout add constraint checkout_price_id_foreign FOREIGN KEY (price_id) REFERENCES price(id);
alter table command add constraint command_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table command_report add constraint command_report_command_id_foreign FOREIGN KEY (command_id, account_id) REFERENCES command(id, account_id);
alter table compose_agent add constraint compose_agent_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table credit_adjustment add constraint credit_adjustment_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table credit_debt add constraint credit_debt_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table credit_grant add constraint credit_grant_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table deployment add constraint deployment_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table deployment add constraint deployment_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id) ON DELETE SET NULL;
alter table dispute add constraint dispute_purchase_id_foreign FOREIGN KEY (purchase_id, account_id) REFERENCES purchase(id, account_id);
alter table earnings_entry add constraint earnings_entry_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table earnings_entry add constraint earnings_entry_payout_id_foreign FOREIGN KEY (payout_id, account_id) REFERENCES vendor_payout(id, account_id) ON DELETE SET NULL (payout_id);
alter table earnings_entry add constraint earnings_entry_vendor_id_foreign FOREIGN KEY (vendor_id) REFERENCES vendor(id);
alter table enrollment_token add constraint enrollment_token_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table entitlement_override add constraint entitlement_override_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table external_plan add constraint external_plan_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table invitation add constraint invitation_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE;
alter table invoice add constraint invoice_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table member add constraint member_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE;
alter table member add constraint member_user_id_foreign FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE;
alter table member_count add constraint member_count_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table negotiated_plan add constraint negotiated_plan_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table negotiated_plan add constraint negotiated_plan_price_id_foreign FOREIGN KEY (price_id) REFERENCES price(id);
alter table package add constraint package_product_id_foreign FOREIGN KEY (product_id) REFERENCES product(id);
alter table package_assignment add constraint package_assignment_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table package_assignment add constraint package_assignment_package_version_id_foreign FOREIGN KEY (package_version_id) REFERENCES package_version(id);
alter table package_version add constraint package_version_package_id_foreign FOREIGN KEY (package_id) REFERENCES package(id);
alter table plan add constraint plan_product_id_foreign FOREIGN KEY (product_id) REFERENCES product(id);
alter table plan_assignment add constraint plan_assignment_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table plan_assignment add constraint plan_assignment_plan_version_id_foreign FOREIGN KEY (plan_version_id) REFERENCES plan_version(id);
alter table plan_migration add constraint plan_migration_plan_id_foreign FOREIGN KEY (plan_id) REFERENCES plan(id);
alter table plan_migration add constraint plan_migration_to_plan_version_id_foreign FOREIGN KEY (to_plan_version_id) REFERENCES plan_version(id);
alter table plan_migration_step add constraint plan_migration_step_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table plan_migration_step add constraint plan_migration_step_change_id_foreign FOREIGN KEY (change_id, account_id) REFERENCES subscription_change(id, account_id);
alter table plan_migration_step add constraint plan_migration_step_from_plan_version_id_foreign FOREIGN KEY (from_plan_version_id) REFERENCES plan_version(id);
alter table plan_migration_step add constraint plan_migration_step_from_price_id_foreign FOREIGN KEY (from_price_id) REFERENCES price(id);
alter table plan_migration_step add constraint plan_migration_step_migration_id_foreign FOREIGN KEY (migration_id) REFERENCES plan_migration(id);
alter table plan_migration_step add constraint plan_migration_step_subscription_id_foreign FOREIGN KEY (subscription_id, account_id) REFERENCES billing_subscription(id, account_id);
alter table plan_migration_step add constraint plan_migration_step_to_price_id_foreign FOREIGN KEY (to_price_id) REFERENCES price(id);
alter table plan_version add constraint plan_version_plan_id_foreign FOREIGN KEY (plan_id) REFERENCES plan(id);
alter table price add constraint price_product_id_foreign FOREIGN KEY (product_id) REFERENCES product(id);
alter table product_subscription add constraint product_subscription_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table product_subscription add constraint product_subscription_price_id_foreign FOREIGN KEY (price_id) REFERENCES price(id);
alter table product_subscription add constraint product_subscription_product_id_foreign FOREIGN KEY (product_id) REFERENCES product(id);
alter table provider_price add constraint provider_price_price_id_foreign FOREIGN KEY (price_id) REFERENCES price(id);
alter table purchase add constraint purchase_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table purchase add constraint purchase_checkout_id_foreign FOREIGN KEY (checkout_id, account_id) REFERENCES checkout(id, account_id) ON DELETE SET NULL (checkout_id);
alter table purchase add constraint purchase_product_id_foreign FOREIGN KEY (product_id) REFERENCES product(id);
alter table purchase_credit add constraint purchase_credit_purchase_id_foreign FOREIGN KEY (purchase_id, account_id) REFERENCES purchase(id, account_id);
alter table refund add constraint refund_purchase_id_foreign FOREIGN KEY (purchase_id, account_id) REFERENCES purchase(id, account_id);
alter table requested_cancellation add constraint requested_cancellation_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table retired_agent_token add constraint retired_agent_token_agent_id_foreign FOREIGN KEY (agent_id, account_id) REFERENCES agent(id, account_id) ON DELETE CASCADE;
alter table server_load add constraint server_load_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id);
alter table server_metrics add constraint server_metrics_deployment_id_foreign FOREIGN KEY (deployment_id, account_id) REFERENCES deployment(id, account_id) ON DELETE CASCADE;
alter table service_key add constraint service_key_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE;
alter table subscription_change add constraint subscription_change_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table subscription_change add constraint subscription_change_from_plan_version_id_foreign FOREIGN KEY (from_plan_version_id) REFERENCES plan_version(id);
alter table subscription_change add constraint subscription_change_from_price_id_foreign FOREIGN KEY (from_price_id) REFERENCES price(id);
alter table subscription_change add constraint subscription_change_subscription_id_foreign FOREIGN KEY (subscription_id, account_id) REFERENCES billing_subscription(id, account_id);
alter table subscription_change add constraint subscription_change_to_plan_version_id_foreign FOREIGN KEY (to_plan_version_id) REFERENCES plan_version(id);
alter table subscription_change add constraint subscription_change_to_price_id_foreign FOREIGN KEY (to_price_id) REFERENCES price(id);
alter table subscription_item add constraint subscription_item_price_id_foreign FOREIGN KEY (price_id) REFERENCES price(id);
alter table subscription_item add constraint subscription_item_subscription_id_foreign FOREIGN KEY (subscription_id, account_id) REFERENCES billing_subscription(id, account_id);
alter table template add constraint template_category_id_foreign FOREIGN KEY (category_id) REFERENCES category(id) ON DELETE SET NULL;
alter table template add constraint template_vendor_id_foreign FOREIGN KEY (vendor_id) REFERENCES vendor(id) ON DELETE SET NULL;
alter table template_install add constraint template_install_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE;
alter table template_install add constraint template_install_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id) ON DELETE CASCADE;
alter table template_ownership add constraint template_ownership_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table template_ownership add constraint template_ownership_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id);
alter table template_rating add constraint template_rating_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE;
alter table template_rating add constraint template_rating_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id) ON DELETE CASCADE;
alter table template_review add constraint template_review_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id) ON DELETE CASCADE;
alter table template_source add constraint template_source_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id) ON UPDATE CASCADE ON DELETE CASCADE;
alter table template_version add constraint template_version_template_id_foreign FOREIGN KEY (template_id) REFERENCES template(id) ON DELETE CASCADE;
alter table top_up add constraint top_up_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table trial_record add constraint trial_record_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table usage_batch_line add constraint usage_batch_line_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table usage_batch_line add constraint usage_batch_line_batch_id_foreign FOREIGN KEY (batch_id) REFERENCES usage_batch(id);
alter table usage_compared_use add constraint usage_compared_use_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table usage_compared_use add constraint usage_compared_use_comparison_id_foreign FOREIGN KEY (comparison_id) REFERENCES usage_comparison(id);
alter table usage_comparison add constraint usage_comparison_usage_batch_id_foreign FOREIGN KEY (usage_batch_id) REFERENCES usage_batch(id);
alter table usage_comparison_account add constraint usage_comparison_account_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table usage_comparison_account add constraint usage_comparison_account_comparison_id_foreign FOREIGN KEY (comparison_id) REFERENCES usage_comparison(id);
alter table usage_warning add constraint usage_warning_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table vendor add constraint vendor_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE SET NULL;
alter table vendor_payout add constraint vendor_payout_account_id_foreign FOREIGN KEY (account_id) REFERENCES account(id);
alter table vendor_payout add constraint vendor_payout_vendor_id_foreign FOREIGN KEY (vendor_id) REFERENCES vendor(id);
alter table webhook_delivery add constraint webhook_delivery_endpoint_id_foreign FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(id) ON DELETE CASCADE;
