namespace MigrateCleanup.Cli.Tests;

/// <summary>The program as users start it: the built file, in a process of its own.</summary>
public static class Tool
{
    /// <summary>The program beside the tests: the build copies it here.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "migrate-cleanup.dll");

    public static ProcessResult Run(Scratch scratch, params string[] arguments) => RunIn(scratch.Root, arguments);

    public static ProcessResult RunIn(string directory, params string[] arguments) =>
        Processes.Run("dotnet", ["exec", File, .. arguments], directory);

    public static ProcessResult RunWith(Scratch scratch, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        Processes.Run("dotnet", ["exec", File, .. arguments], scratch.Root, environment: environment);
}

/// <summary>Small pieces of C# whose fate is known.</summary>
public static class Code
{
    /// <summary>One function, which is converted.</summary>
    public const string Convertible = """
        internal static class Sample
        {
            internal static int First(string path)
            {
                int result = -1;
                if (path.Length == 0)
                    goto done;

                result = path[0];
            done:
                return result;
            }
        }

        """;

    /// <summary>One function, which leaks.</summary>
    public const string Leaky = """
        using System.IO;

        internal static class Leaky
        {
            internal static int First(string path)
            {
                var file = File.OpenRead(path);
                if (!file.CanRead)
                    return -1;

                int value = 7;
                file.Dispose();
                return value;
            }
        }

        """;

    /// <summary>One function, whose stream a scope can hold.</summary>
    public const string Disposing = """
        using System.IO;

        internal static class Disposing
        {
            internal static int First(string path)
            {
                FileStream stream = File.OpenRead(path);
                try
                {
                    return stream.ReadByte();
                }
                finally
                {
                    stream.Dispose();
                }
            }
        }

        """;

    /// <summary>One function in C, whose jump and release go.</summary>
    public const string ConvertibleC = """
        #include <glib.h>

        int measure(const char *name);

        int widget_size(const char *path)
        {
            g_autofree char *copy = g_strdup(path);
            char *name = NULL;
            int ret = -1;

            if (measure(copy) < 0)
                goto cleanup;

            name = g_strdup(copy);
            ret = measure(name);

         cleanup:
            g_free(name);
            return ret;
        }

        """;

    /// <summary>Nothing to do.</summary>
    public const string Clean = """
        internal static class Clean
        {
            internal static int Twice(int value) => value * 2;
        }

        """;

    public const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
        </Project>

        """;

    /// <summary>What a file in C says of a type and its releaser, and its definition beside it.</summary>
    public const string WidgetHeader = "typedef struct widget widget;\nwidget *widget_new(const char *name);\nint widget_show(widget *w);\nvoid widget_free(widget *w);\n";

    public const string Widget = "#include <stdlib.h>\n\n#include \"widget.h\"\n\nvoid widget_free(widget *w)\n{\n    if (w)\n        free(w);\n}\n";

    /// <summary>A function in C that releases memory and a widget at its label.</summary>
    public static string WidgetUser(string function) => $$"""
        #include <stdlib.h>
        #include <string.h>

        #include "widget.h"

        int {{function}}(const char *path)
        {
            char *name = strdup(path);
            widget *w = NULL;
            int ret = -1;

            if (!name)
                goto out;

            w = widget_new(name);
            if (!w)
                goto out;

            ret = widget_show(w);
        out:
            widget_free(w);
            free(name);
            return ret;
        }

        """;

    /// <summary>A solution with one project, <c>App/App.csproj</c>.</summary>
    public const string Solution = """
        Microsoft Visual Studio Solution File, Format Version 12.00
        Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "App", "App\App.csproj", "{6D5BE0F4-6E6C-4E3D-8D55-9B9BE2C9E3A1}"
        EndProject
        Global
        	GlobalSection(SolutionConfigurationPlatforms) = preSolution
        		Debug|Any CPU = Debug|Any CPU
        	EndGlobalSection
        	GlobalSection(ProjectConfigurationPlatforms) = postSolution
        		{6D5BE0F4-6E6C-4E3D-8D55-9B9BE2C9E3A1}.Debug|Any CPU.ActiveCfg = Debug|Any CPU
        		{6D5BE0F4-6E6C-4E3D-8D55-9B9BE2C9E3A1}.Debug|Any CPU.Build.0 = Debug|Any CPU
        	EndGlobalSection
        EndGlobal

        """;

    /// <summary>The text with another class name, so that several files go together.</summary>
    public static string Named(this string code, string name) =>
        code.Replace("class Sample", "class " + name, StringComparison.Ordinal).Replace("class Leaky", "class " + name, StringComparison.Ordinal);
}
