import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { UserRow } from '#entities/identity/user.entity.js'
import { Account, AccountPayload } from '#schema/identity/account.type.js'
import { LinkAccountArgs, UpsertAccountArgs } from '#schema/identity/customer.type.js'
import { MEMBER_COUNT, MemberConnection, MemberFilter, MemberRole } from '#schema/identity/member.type.js'
import { Permission } from '#schema/identity/permission.js'
import { SetLanguageArgs, Viewer, ViewerPayload, type Role } from '#schema/identity/viewer.type.js'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { personal } from '#schema/kernel/personal.js'
import { requires } from '#schema/kernel/requires.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { AccountConnection } from '#schema/identity/account-connection.type.js'
import { accountsOfUser, membersOf } from '#services/identity/accounts/account-queries.js'
import { account as readAccount } from '#services/identity/accounts/accounts.js'
import { viewerCan, viewerRole, visibleMetadata } from '#services/identity/accounts/viewer-access.js'
import { linkAccount } from '#services/identity/customers/link-account.js'
import { upsertAccount } from '#services/identity/customers/upsert-account.js'
import { setLanguage } from '#services/identity/members/set-language.js'
import { viewer as readViewer, type ViewerIdentity } from '#services/identity/accounts/viewer.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { nameOf } from '#services/identity/model/permission-names.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount, toUser } from './account.mapper.js'
import { toMember } from './member.mapper.js'
import { ACCESS, mutation, unlessDenied } from '../kernel/mutation.js'

const MEMBERS_PER_PAGE = 50
const ACCOUNTS_PER_PAGE = 50
const AccountsArgs = pageArgs(ACCOUNTS_PER_PAGE)

@ArgsType()
class MembersArgs extends pageArgs(MEMBERS_PER_PAGE) {
  @field('Members to return. Default: all.', () => MemberFilter, { nullable: true })
  filter?: MemberFilter | null
}

export const MemberCountResolver = countedResolver(MemberConnection, MEMBER_COUNT)

const toViewer = ({ accountId, roles }: ViewerIdentity, user: UserRow): Viewer => ({
  __typename: 'Viewer',
  user: toUser(user),
  accountId,
  roles: roles.map((role) => role.toUpperCase() as Role),
  language: user.language,
})

@Resolver(() => Viewer)
export class ViewerResolver {
  @query('The signed-in user. Null for anonymous callers and services.', () => Viewer, { nullable: true })
  async viewer(@Ctx() context: RequestContext): Promise<Viewer | null> {
    const identity = readViewer(context)
    if (!identity) return null
    return toViewer(identity, (await context.loaders.user.load(identity.userId))!)
  }

  @mutation(
    'Sets the language of mails to the signed-in user, and of the pages for customers wherever the user signs in. Services cannot call it.',
    { payload: () => ViewerPayload, moves: ACCESS, repeats: 'The user already has the language.' },
  )
  async setLanguage(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SetLanguageArgs) input: SetLanguageArgs,
  ): Promise<Viewer> {
    const user = await setLanguage(context, input)
    return toViewer(readViewer(context)!, user)
  }

  @fieldResolver("Current account: the token's community, otherwise the user's own account.", () => Account)
  async account(@Ctx() context: RequestContext, @Root() viewer: Viewer): Promise<Account> {
    return toAccount((await context.loaders.account.load(viewer.accountId))!)
  }

  @fieldResolver('Accounts that the user is a member of, oldest first.', () => AccountConnection, { nullable: true })
  async accounts(
    @Ctx() context: RequestContext,
    @Root() viewer: Viewer,
    @Args(() => AccountsArgs) args: PageArgs,
  ): Promise<AccountConnection> {
    const page = await accountsOfUser(context.database, viewer.user.id, pageRequest(args, ACCOUNTS_PER_PAGE))
    return toCountedConnection(page, page.items.map(toAccount))
  }
}

@Resolver(() => Account)
export class AccountResolver {
  @query("Account by ID or reference. Default: the caller's current account.", () => Account, { nullable: true })
  async account(
    @Ctx() context: RequestContext,
    @arg('id', ACCOUNT_ARG, () => ID, { nullable: true }) id: string | null,
  ): Promise<Account | null> {
    const row = await readAccount(context, id)
    return row && toAccount(row)
  }

  @fieldResolver(
    'Data of the application. Empty for callers who are neither services for all accounts nor operators.',
    () => JSONValue,
  )
  @personal()
  metadata(@Ctx() context: RequestContext, @Root() account: Account): Readonly<Record<string, string>> {
    return visibleMetadata(context, account.storedMetadata)
  }

  @mutation(
    'Creates the account of a customer of your application, or changes it. A customer that was deleted is created again.',
    {
      payload: () => AccountPayload,
      permission: 'ACCOUNTS_WRITE',
      moves: ACCESS,
      repeats: 'The account already has the values.',
    },
  )
  upsertAccount(@Ctx() context: RequestContext, @mutationArgs(() => UpsertAccountArgs) input: UpsertAccountArgs) {
    return unlessDenied(upsertAccount(context, input), (outcome) => toAccount(outcome.account))
  }

  @mutation(
    'Makes a user the owner of the account of a customer, who then finds there what was paid for. Accounts are never merged.',
    {
      payload: () => AccountPayload,
      permission: 'ACCOUNTS_WRITE',
      moves: ACCESS,
      repeats: 'The user already owns the account.',
    },
  )
  linkAccount(@Ctx() context: RequestContext, @mutationArgs(() => LinkAccountArgs) input: LinkAccountArgs) {
    return unlessDenied(linkAccount(context, input), (outcome) => toAccount(outcome.account))
  }

  @fieldResolver(
    'Role of the caller in the account. Null for services and for operators who are not members.',
    () => MemberRole,
    {
      nullable: true,
    },
  )
  viewerRole(@Ctx() context: RequestContext, @Root() account: Account): Promise<MemberRole | null> {
    return viewerRole(context, account.id)
  }

  @fieldResolver('Permissions of the caller on the account. A client shows only the actions that they allow.', () => [
    Permission,
  ])
  async viewerCan(@Ctx() context: RequestContext, @Root() account: Account): Promise<Permission[]> {
    const permissions = await viewerCan(context, account.id)
    return permissions.map(nameOf)
  }

  @fieldResolver('Members of the account.', () => MemberConnection, { nullable: true })
  @requires('MEMBERS_READ')
  async members(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => MembersArgs) args: MembersArgs,
  ): Promise<MemberConnection | null> {
    const page = await membersOf(context, account.id, args.filter ?? {}, pageRequest(args, MEMBERS_PER_PAGE))
    return toCountedConnection(page, page.items.map(toMember))
  }
}
