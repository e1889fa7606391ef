#!/bin/sh
# Compiles the server in the user's cache, once, and runs it on 127.0.0.1:PORT: ./run.sh PORT
set -eu
cd "$(dirname "$0")"
classes=${XDG_CACHE_HOME:-$HOME/.cache}/pushbench/targets/spring-$(cksum <Spring.java | cut -d' ' -f1)
classpath=$classes
for jar in spring3-aop spring3-beans spring3-context spring3-core spring3-expression spring3-web spring3-web.servlet \
	commons-logging tomcat9-annotations-api tomcat9-api tomcat9-catalina tomcat9-coyote tomcat9-jaspic-api tomcat9-jni \
	tomcat9-juli tomcat9-servlet-api tomcat9-util tomcat9-util-scan tomcat9-websocket tomcat9-websocket-api; do
	classpath=$classpath:/usr/share/java/$jar.jar
done
if [ ! -d "$classes" ]; then
	mkdir -p "$classes.$$"
	# -parameters: Spring 4 takes a parameter's name from the class file.
	javac -parameters -d "$classes.$$" -cp "$classpath" Spring.java
	mv -T "$classes.$$" "$classes" 2>/dev/null || rm -r "$classes.$$" # another was faster
fi
exec java -Xmx256m -cp "$classpath" Spring "$1" "$classes"
