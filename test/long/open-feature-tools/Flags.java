import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import java.io.BufferedReader;
import java.io.InputStreamReader;

/** Each line has a flag, a default and a key, separated by spaces. */
public class Flags {
  public static void main(String[] arguments) throws Exception {
    var headers = com.google.common.collect.ImmutableMap.of(
        "Authorization", com.google.common.collect.ImmutableList.of("Bearer " + arguments[1]));
    OpenFeatureAPI.getInstance().setProviderAndWait(
        OfrepProvider.constructProvider(OfrepProviderOptions.builder().baseUrl(arguments[0]).headers(headers).build()));
    var client = OpenFeatureAPI.getInstance().getClient();
    var input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] asked = line.split(" ");
      var context = new ImmutableContext(asked[2]);
      FlagEvaluationDetails<?> found = asked[1].matches("true|false")
          ? client.getBooleanDetails(asked[0], Boolean.valueOf(asked[1]), context)
          : client.getIntegerDetails(asked[0], Integer.valueOf(asked[1]), context);
      System.out.printf("[%s,%s,%s]%n", found.getValue(), text(found.getVariant()), text(found.getErrorCode()));
    }
    System.exit(0);
  }

  private static String text(Object value) {
    return value == null ? "null" : "\"" + value + "\"";
  }
}
