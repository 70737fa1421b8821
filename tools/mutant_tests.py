"""Which tests concern a module that is mutated: files under tests/, or single tests of them."""

from __future__ import annotations

_TABLES = "studies/test_shipped_tables.py::test_a_table_is_what_the_cells_say"
_VERDICTS = "studies/test_shipped_tables.py::test_a_verdict_is_what_the_cells_say"
_BLIND = "studies/test_blind_to_test_rows.py"
_DRAWN = "studies/test_resampled_speakers.py"
_ENCODER = "finetuning/test_finetuning.py"


def _shipped(*names: str) -> list[str]:
    return [f"{_TABLES}[{name}]" for name in names]


#: The quick ones first. Of a module named by its path these alone; else tests/test_NAME.py and these, and for
#: a method every test file that imports from it.
CONCERNED = {
    "class_order": ["learning/test_schedule.py"],
    "early_stopping": ["learning/test_loop.py"],
    "_statistics": ["learning/test_class_statistics.py"],
    "vanilla": ["learning/test_methods.py"],
    "__init__": ["learning/test_methods.py"],
    "sequifi_lite/evaluation/statistics.py": ["evaluation/test_statistics.py", _DRAWN],
    "sequifi_lite/data/splits.py": [
        "data/test_splits.py::test_rows_are_used_once_and_none_is_lost",
        "data/test_splits.py::test_every_speaker_or_word_is_tested_once_and_validated_once",
        "data/test_splits.py::test_voice_folds_hold_out_a_voice_type_and_validate_on_words_not_trained_on",
        "data/test_splits.py::test_refusals",
        "data/test_splits.py::test_every_corpus_has_the_schemes_that_make_sense_for_it",
        "data/test_splits.py::test_every_clip_is_tested_once_and_every_other_one_is_accounted_for",
        "data/test_splits.py::test_only_rows_that_share_with_the_test_part_are_dropped",
        "data/test_splits.py::test_the_rows_that_other_schemes_use_are_as_documented",
        "data/test_splits.py::test_one_speaker_at_a_time_is_one_speaker_and_the_next_one",
        "data/test_splits.py::test_a_clip_that_says_what_a_test_speaker_says_is_not_trained_on",
        "data/test_splits.py::test_unknown_speakers_of_rows_that_are_left_out_anyway_do_not_matter",
    ],
    "sequifi_lite/data/partition.py": ["data/test_partition.py"],
    "sequifi_lite/data/problem.py": [
        "data/test_problem.py",
        f"{_BLIND}::test_principal_components_and_rewritten_scalings_do_not_depend_on_test_rows",
    ],
    "sequifi_lite/studies/tables/__init__.py": ["studies/test_pairwise.py"],
    "sequifi_lite/studies/tables/pairwise.py": ["studies/test_pairwise.py", *_shipped("mended"), _DRAWN],
    "sequifi_lite/studies/tables/chains.py": [*_shipped("chains"), _DRAWN, "studies/test_chains.py"],
    "sequifi_lite/studies/tables/strengths.py": ["studies/test_strengths.py", *_shipped("consolidation")],
    "sequifi_lite/studies/tables/orders.py": [*_shipped("orders"), "studies/test_orders.py"],
    "sequifi_lite/studies/tables/finetuning.py": [
        "studies/test_finetuning_tables.py",
        *_shipped("moving-depth", "moving-orders", "moving-emodb"),
    ],
    "sequifi_lite/studies/tables/layer_probe.py": [_DRAWN, "studies/test_layer_probe.py"],
    "sequifi_lite/studies/tables/verdict.py": [
        "studies/test_verdict.py",
        _VERDICTS,
    ],
    "sequifi_lite/studies/plans/verdict.py": [
        "studies/test_verdict.py",
        _VERDICTS,
    ],
    "sequifi_lite/studies/plans/tuning.py": [
        "studies/test_tuning.py",
        f"{_BLIND}::test_tuning_chooses_by_both_corpora_and_takes_the_first_of_equals",
        *_shipped("tuning"),
    ],
    "sequifi_lite/studies/plans/forgetting_map.py": [
        *_shipped("forgetting"),
        "studies/test_forgetting_map.py",
    ],
    "sequifi_lite/studies/plans/replay.py": [*_shipped("rehearsal"), "studies/test_replay_study.py"],
    "sequifi_lite/studies/plans/corrections.py": [*_shipped("corrections"), "studies/test_corrections.py"],
    "sequifi_lite/studies/tuning.py": ["studies/test_tuning.py", *_shipped("tuning")],
    "sequifi_lite/studies/layer_sweep.py": [
        _DRAWN,
        f"{_BLIND}::test_layer_and_penalty_of_a_fold_are_chosen_off_its_test_part",
        "studies/test_layer_probe.py",
    ],
    "sequifi_lite/studies/outcome.py": [_DRAWN, *_shipped("orders"), "studies/test_training_run.py"],
    "sequifi_lite/studies/training_run.py": [
        "studies/test_training_run.py",
        "studies/test_cell_key.py",
        "studies/test_corrections.py",
    ],
    "sequifi_lite/studies/finetuning_training.py": [
        f"{_ENCODER}::test_interpolations_are_read_off_one_training",
        f"{_ENCODER}::test_a_run_of_the_moving_study_comes_out_the_same_twice",
        f"{_ENCODER}::test_the_folds_of_its_corpora_are_in_the_key_and_others_are_not",
        "finetuning/test_blind_to_test_clips.py",
    ],
    "sequifi_lite/finetuning/gaussians.py": ["finetuning/test_finetuning_gaussians.py"],
    "sequifi_lite/finetuning/steps.py": [
        f"{_ENCODER}::test_steps_are_adamw_with_two_rates_a_warm_up_and_a_clip"
    ],
    "sequifi_lite/finetuning/importance.py": [
        f"{_ENCODER}::test_fisher_and_sensitivity_are_autograd_clip_by_clip",
        f"{_ENCODER}::test_springs_of_an_encoder_pull_it_back_and_some_clips_will_do",
    ],
}
