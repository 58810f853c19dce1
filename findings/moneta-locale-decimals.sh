#!/usr/bin/env bash
# Guess: Moneta reads back what it formats for JPY and HUF (60 %).
# Behavior: Moneta 1.4.5 formats with the decimals of the currency of the locale, not of the amount. In `ja-JP`, 1990.50 EUR is
# `EUR1,990`, and reads back as 1990; in `en-US`, 1.125 KWD is `KWD1.12`, and 1990 JPY is `JPY1,990.00`.
# Why users meet it: customers in Japan or Korea who pay in dollars or euros see every price without its cents. Only a test with a
# foreign locale shows it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>case</groupId><artifactId>case</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.javamoney.moneta</groupId><artifactId>moneta-core</artifactId><version>1.4.5</version>
  </dependency></dependencies>
</project>
XML
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >/dev/null
cat >Case.java <<'JAVA'
import java.math.BigDecimal;
import java.util.Locale;
import javax.money.format.MonetaryFormats;
import org.javamoney.moneta.Money;

public class Case {
  public static void main(String[] arguments) {
    String[][] cases = {{"1990.50", "EUR"}, {"1.125", "KWD"}, {"1990", "JPY"}};
    for (String locale : new String[] {"en-US", "de-DE", "ja-JP", "ko-KR"}) {
      var format = MonetaryFormats.getAmountFormat(Locale.forLanguageTag(locale));
      var line = new StringBuilder(locale);
      for (String[] each : cases) {
        String text = format.format(Money.of(new BigDecimal(each[0]), each[1]));
        line.append(", ").append(text.replaceAll("\\p{Z}", " ")).append(" = ").append(format.parse(text).getNumber());
      }
      System.out.println(line);
    }
  }
}
JAVA
tr ':' '\n' <classpath | grep -o 'moneta-core-[0-9.]*[0-9]'
seen=$(java -cp "$(cat classpath)" Case.java 2>/dev/null)
echo "$seen"
[ "$seen" = 'en-US, EUR1,990.50 = 1990.5, KWD1.12 = 1.12, JPY1,990.00 = 1990
de-DE, 1.990,50 EUR = 1990.5, 1,12 KWD = 1.12, 1.990,00 JPY = 1990
ja-JP, EUR1,990 = 1990, KWD1 = 1, JPY1,990 = 1990
ko-KR, EUR1,990 = 1990, KWD1 = 1, JPY1,990 = 1990' ]
