using System.Text;
using MigrateCleanup.Cli.Texts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace MigrateCleanup.Cli.Loading;

/// <summary>Hands a document the text that was read already, instead of reading the file again in an encoding guessed anew.</summary>
internal sealed class ExactTextLoader(SourceFile file) : TextLoader
{
    public override Task<TextAndVersion> LoadTextAndVersionAsync(LoadTextOptions options, CancellationToken cancellationToken) =>
        Task.FromResult(TextAndVersion.Create(
            SourceText.From(file.Text, Encoding.UTF8, options.ChecksumAlgorithm), VersionStamp.Create(), file.Path));
}
