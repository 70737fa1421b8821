"""Which tests concern a module that is mutated: files under tests/, or single tests of them."""

from __future__ import annotations

_TABLES = "studies/test_shipped_tables.py::test_a_table_is_what_the_cells_say"
_VERDICTS = "studies/test_shipped_tables.py::test_a_verdict_is_what_the_cells_say"
_BLIND = "studies/test_blind_to_test_rows.py"
_DRAWN = "studies/test_resampling.py"
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
    "sequifi_lite/data/splits.py": ["data/test_splits.py"],
    "sequifi_lite/data/partition.py": ["data/test_splits.py"],
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
        *_shipped("moving-orders", "moving-emodb"),
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
        "studies/test_forgetting_map.py",
        *_shipped("forgetting"),
    ],
    "sequifi_lite/studies/plans/replay.py": ["studies/test_replay_study.py", *_shipped("rehearsal")],
    "sequifi_lite/studies/plans/corrections.py": ["studies/test_corrections.py", *_shipped("corrections")],
    "sequifi_lite/studies/tuning.py": ["studies/test_tuning.py", *_shipped("tuning")],
    "sequifi_lite/studies/layer_sweep.py": [
        _DRAWN,
        f"{_BLIND}::test_layer_and_penalty_of_a_fold_are_chosen_off_its_test_part",
        "studies/test_layer_probe.py",
    ],
    "sequifi_lite/studies/outcome.py": [_DRAWN, *_shipped("orders"), "studies/test_training_run.py"],
    "sequifi_lite/studies/training_run.py": ["studies/test_training_run.py", *_shipped("corrections")],
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
