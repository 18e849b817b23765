using MigrateCleanup.Cli;
using MigrateCleanup.Cli.Options;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Verbs;
using MigrateCleanup.Cli.Verbs.Batches;
using MigrateCleanup.Cli.Verbs.Init;
using MigrateCleanup.Cli.Verbs.Reports;
using MigrateCleanup.Cli.Verbs.Status;
using MigrateCleanup.Cli.Writing;

// The messages of an early failure follow these two even when the arguments could not be read.
var messages = new Messages(quiet: false, verbose: args.Contains("--verbose"));
try
{
    var request = CommandLineReader.Read(args);
    var output = new StandardOutput();
    if (request.Options is not { } options)
    {
        output.Write(request.Text!);
        return (int)ExitCode.Done;
    }

    messages = new Messages(options.Quiet, options.Verbose);
    using var interruption = new Interruption(messages);
    return (int)Dispatch(options, new VerbContext(output, messages));
}
catch (ClosedOutputException)
{
    return (int)ExitCode.Done;
}
catch (Stop stop)
{
    messages.Error($"migrate-cleanup: {stop.Message}");
    return (int)stop.Code;
}
catch (Exception e)
{
    messages.Error($"migrate-cleanup: internal error: {e.GetType().Name}: {e.Message} (a fault of this program, please report it; --verbose says more)");
    messages.Detail(e.ToString());
    return (int)ExitCode.Internal;
}

static ExitCode Dispatch(CommonOptions options, VerbContext context) => options switch
{
    DiffOptions diff => DiffVerb.Execute(diff, context),
    ApplyOptions apply => ApplyVerb.Execute(apply, context),
    ReportOptions report => ReportVerb.Execute(report, context),
    CheckOptions check => CheckVerb.Execute(check, context),
    BatchOptions batch => BatchVerb.Execute(batch, context),
    StatusOptions status => StatusVerb.Execute(status, context),
    RulesOptions rules => RulesVerb.Execute(rules, context),
    InitOptions init => InitVerb.Execute(init, context),
    CompletionOptions completion => CompletionVerb.Execute(completion, context),
    ShowOptions show => ShowVerb.Execute(show, context),
    _ => throw new InvalidOperationException($"no verb takes {options.GetType().Name}"),
};
