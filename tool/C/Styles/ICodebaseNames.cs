using System.Collections.Immutable;

namespace MigrateCleanup.C.Styles;

/// <summary>A clean-up declaration of the codebase, as it is written: <c>DEFINE_FREE(widget, struct widget *, ...)</c>.</summary>
public sealed record CleanupDeclaration(string Macro, ImmutableArray<string> Arguments)
{
    /// <summary>The file it stands in; null when that is not known.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// What must not hold where it stands, as conditions of <c>#if</c> are written: a declaration for old versions of a library,
    /// which brings one of its own otherwise.
    /// </summary>
    public ImmutableArray<string> Unless { get; init; } = [];
}

/// <summary>What a function does that is given a variable's address at the end of its scope.</summary>
/// <param name="Releaser">Whom it gives what stands in the variable.</param>
/// <param name="Test">What follows the value in the condition under which it does so (<c>>=0</c>, empty for the value itself); null where it always does.</param>
public sealed record CleanupFunction(string Releaser, string? Test);

/// <summary>What a style asks of the codebase before it spells anything: which names are there.</summary>
public interface ICodebaseNames
{
    /// <summary>The codebase defines the macro, or uses a library that brings it.</summary>
    bool HasMacro(string name);

    /// <summary>The functions of which a macro is another name, one for each of its definitions; none where it is more than that.</summary>
    ImmutableArray<string> FunctionsBehind(string macro);

    /// <summary>The codebase declares or defines a function of this name.</summary>
    bool HasFunction(string name);

    /// <summary>A function of this name is declared or defined where it can be called from, or comes to be with a macro.</summary>
    bool SeesFunction(string name, string? macro);

    /// <summary>What a function that the codebase wrote for the end of a scope does there; null for any other.</summary>
    CleanupFunction? CleanupFunction(string name);

    /// <summary>The codebase itself declares a type of this name.</summary>
    bool HasType(string name);

    /// <summary>All declarations made with a macro, in ordinal order of their files.</summary>
    IEnumerable<CleanupDeclaration> DeclarationsBy(string macro);

    /// <summary>The type that a name of a pointer type points to (<c>virDomainPtr</c>: <c>virDomain</c>); null for any other.</summary>
    string? PointeeOf(string typeName);

    /// <summary>The type that a name stands for in the end; null for a name that the codebase does not declare.</summary>
    string? MeaningOf(string typeName);

    /// <summary>The type of a function's first parameter as declared; null where the codebase declares no such function, or several.</summary>
    string? FirstParameterOf(string function);

    /// <summary>The type that a function gives back, as declared; null where that is not known, or not one.</summary>
    string? ReturnTypeOf(string function);

    /// <summary>
    /// The function that is named for a type, by a template with a hole for the type's name (<c>{type}_get_type</c>), whatever words
    /// its name is taken to be made of; null where there is none.
    /// </summary>
    string? FunctionOfType(string template, string type);

    /// <summary>The name that a function does nothing but return; null for any other, and where the codebase has several.</summary>
    string? ReturnedNameOf(string function);
}
