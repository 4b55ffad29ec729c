# Shared by the tests that use the packages as a stranger does. Source it with `repository` and `work`, an empty folder, set.

# Lets everything below $work restore the libraries from a feed in $work/feed, into a package folder of its own above the machine's: nothing
# old is found, nothing is left behind. The feed is a copy of what eng/pack.sh wrote into the folder that SCICOT_FEED names, or made here.
feed() {
  cache=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
  if [ -n "${SCICOT_FEED:-}" ]; then cp -r "$SCICOT_FEED" "$work/feed"; else "$repository/eng/pack.sh" "$work/feed"; fi
  version=$(cd "$work/feed" && echo SciCoT.Runtime.*.nupkg)
  version=${version#SciCoT.Runtime.}
  version=${version%.nupkg}
  export NUGET_PACKAGES="$work/packages"
  cat >"$work/nuget.config" <<END
<configuration>
  <packageSources><add key="scicot" value="$work/feed" /></packageSources>
  <fallbackPackageFolders><add key="machine" value="$cache" /></fallbackPackageFolders>
</configuration>
END
}

# The block of C# in a file of the documentation that contains a given text.
code() { # FILE TEXT
  awk -v text="$2" '
    /^```csharp/ { inside = 1; block = ""; next }
    /^```/ && inside { inside = 0; if (index(block, text)) { printf "%s", block; found = 1; exit } next }
    inside { block = block $0 "\n" }
    END { if (!found) { print "no block with: " text > "/dev/stderr"; exit 1 } }
  ' "$repository/$1"
}

# Writes app.csproj: a console program whose warnings are errors.
console() { # PROPERTIES ITEMS
  cat >app.csproj <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <!-- TorchSharp asks for versions of its own dependencies that a feed may lack. -->
    <WarningsNotAsErrors>NU1603</WarningsNotAsErrors>
    $1
  </PropertyGroup>
  <ItemGroup>
    $2
  </ItemGroup>
</Project>
END
}

# A reference for console: without a version, a package of the feed.
package() { # NAME [VERSION]
  printf '<PackageReference Include="%s" Version="%s" />' "$1" "${2:-$version}"
}

expect() { # TEXT PATTERN
  grep -qE -- "$2" <<<"$1" || { printf 'expected %s, got:\n%s\n' "$2" "$1" >&2; exit 1; }
}
