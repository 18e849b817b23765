using Microsoft.Build.Locator;

namespace MigrateCleanup.Cli.Loading;

/// <summary>Asks, before anything is loaded, whether there is a .NET SDK that serves a directory.</summary>
public static class Sdk
{
    /// <summary>Why projects below the directory cannot be loaded, or null.</summary>
    public static string? Missing(string directory)
    {
        if (!IsOnPath("dotnet") && !IsOnPath("dotnet.exe"))
            return "the 'dotnet' command is not on PATH; install the .NET SDK, or use --no-msbuild";

        try
        {
            var options = new VisualStudioInstanceQueryOptions { DiscoveryTypes = DiscoveryType.DotNetSdk, WorkingDirectory = directory };
            if (MSBuildLocator.QueryVisualStudioInstances(options).Any())
                return null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or DllNotFoundException or System.ComponentModel.Win32Exception)
        {
            return Explained(directory, e.Message);
        }

        return Explained(directory, "none is installed");
    }

    private static string Explained(string directory, string reason)
    {
        var pin = GlobalJsonAbove(directory);
        return pin is null
            ? $"no .NET SDK was found ({reason}); install one, or use --no-msbuild"
            : $"no installed .NET SDK is the one that {pin} asks for; install it, or use --no-msbuild";
    }

    private static string? GlobalJsonAbove(string directory)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            var file = Path.Combine(current, "global.json");
            if (File.Exists(file))
                return file;
        }

        return null;
    }

    private static bool IsOnPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(directory => File.Exists(Path.Combine(directory, command)));
}
