using System.ComponentModel;
using System.Diagnostics;
using MigrateCleanup.Cli.Writing;
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

        if (GlobalJsonAbove(directory) is { } pin)
            return IsServed(directory) ? null : $"no installed .NET SDK is the one that {pin} asks for; install it, or use --no-msbuild";

        try
        {
            var options = new VisualStudioInstanceQueryOptions { DiscoveryTypes = DiscoveryType.DotNetSdk, WorkingDirectory = directory };
            if (MSBuildLocator.QueryVisualStudioInstances(options).Any())
                return null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or DllNotFoundException or Win32Exception)
        {
            return NotFound(e.Message);
        }

        return NotFound("none is installed");
    }

    private static string NotFound(string reason) => $"no .NET SDK was found ({reason}); install one, or use --no-msbuild";

    /// <summary>
    /// Whether an SDK is the one that a directory asks for. A process of its own is asked: the runtime would print those that
    /// there are on our own stdout.
    /// </summary>
    private static bool IsServed(string directory)
    {
        var start = new ProcessStartInfo("dotnet", ["--version"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Interruption.Start(start);
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            error.Wait();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        finally
        {
            Interruption.Forget(process);
        }
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
