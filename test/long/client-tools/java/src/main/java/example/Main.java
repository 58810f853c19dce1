package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.netflix.graphql.dgs.client.codegen.GraphQLQueryRequest;
import com.netflix.graphql.dgs.client.codegen.GraphQLQueryRequest.GraphQLQueryRequestOptions;
import example.generated.client.UpsertAccountGraphQLQuery;
import example.generated.client.UpsertAccountProjectionRoot;
import example.generated.types.AccountInput;
import java.util.List;
import java.util.Map;

/** Prints a request for each of three values of a member: a text, left out, and null. */
public final class Main {
  public static void main(String[] args) throws Exception {
    AccountInput given = new AccountInput();
    given.setBillingEmail("ann@example.com");
    AccountInput left = new AccountInput();
    AccountInput none = new AccountInput();
    none.setBillingEmail(null);
    for (AccountInput input : List.of(given, left, none)) {
      var mutation = UpsertAccountGraphQLQuery.newRequest().accountId(args[0]).input(input).build();
      var fields = new UpsertAccountProjectionRoot<>().account().id().getParent().denial().code();
      var options = new GraphQLQueryRequestOptions();
      options.setAllowNullablePropertyInputValues(true);
      var query = new GraphQLQueryRequest(mutation, fields, options).serialize();
      System.out.println(new ObjectMapper().writeValueAsString(Map.of("query", query)));
    }
  }
}
