#!/usr/bin/env bash
# Guess: the OFREP provider for Python accepts the JSON number 3.0 for an integer (50 %), that for Java accepts 3 for a double (60 %).
# Behavior: openfeature-provider-ofrep 0.3.0 for Python and `dev.openfeature.contrib.providers:ofrep` 0.0.1 for Java refuse both with
# TYPE_MISMATCH, and return the default. Java also refuses a whole number above 2^31.
# Why users meet it: JSON has one kind of number, and a server in JavaScript cannot write 3.0. A limit that is 2.5 today and 3 tomorrow
# becomes the default of the caller.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openfeature-provider-ofrep==0.3.0 openfeature-sdk==0.10.0
cat >case.py <<'PYTHON'
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider

logging.disable()


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        value = self.path.split("/")[-1]
        body = f'{{"key":"{value}","value":{value},"reason":"STATIC","variant":"v"}}'.encode()
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("127.0.0.1", 0), Answers)
threading.Thread(target=server.serve_forever, daemon=True).start()
api.set_provider(OFREPProvider(base_url=f"http://127.0.0.1:{server.server_port}"))
client = api.get_client()
for text in ("2.5", "3"):
    details = client.get_float_details(text, 100.0)
    print("Python float", text, details.value, details.error_code)
for text in ("3", "3.0", "1e3"):
    whole = client.get_integer_details(text, 100)
    print("Python integer", text, whole.value, whole.error_code)
PYTHON
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>case</groupId><artifactId>case</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>dev.openfeature.contrib.providers</groupId><artifactId>ofrep</artifactId><version>0.0.1</version></dependency>
    <dependency><groupId>dev.openfeature</groupId><artifactId>sdk</artifactId><version>1.20.1</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >/dev/null
cat >Case.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import java.net.InetSocketAddress;

public class Case {
  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      exchange.getRequestBody().readAllBytes();
      String value = exchange.getRequestURI().getPath().replaceAll(".*/", "");
      byte[] body = String.format("{\"key\":\"%s\",\"value\":%s}", value, value).getBytes();
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    var options = OfrepProviderOptions.builder().baseUrl("http://127.0.0.1:" + server.getAddress().getPort()).build();
    OpenFeatureAPI.getInstance().setProviderAndWait(OfrepProvider.constructProvider(options));
    var client = OpenFeatureAPI.getInstance().getClient();
    var context = new ImmutableContext("one");
    for (String text : new String[] {"2.5", "3"}) {
      var found = client.getDoubleDetails(text, 100.0, context);
      System.out.println("Java double " + text + " " + found.getValue() + " " + found.getErrorCode());
    }
    for (String text : new String[] {"3", "3.0", "3000000000"}) {
      var found = client.getIntegerDetails(text, 100, context);
      System.out.println("Java integer " + text + " " + found.getValue() + " " + found.getErrorCode());
    }
    System.exit(0);
  }
}
JAVA
venv/bin/pip freeze | grep openfeature
tr ':' '\n' <classpath | grep -oE '(ofrep|sdk)-[0-9.]*[0-9]'
seen=$(venv/bin/python case.py; java -cp "$(cat classpath)" Case.java 2>/dev/null)
echo "$seen"
[ "$seen" = 'Python float 2.5 2.5 None
Python float 3 100.0 TYPE_MISMATCH
Python integer 3 3 None
Python integer 3.0 100 TYPE_MISMATCH
Python integer 1e3 100 TYPE_MISMATCH
Java double 2.5 2.5 null
Java double 3 100.0 TYPE_MISMATCH
Java integer 3 3 null
Java integer 3.0 100 TYPE_MISMATCH
Java integer 3000000000 100 TYPE_MISMATCH' ]
